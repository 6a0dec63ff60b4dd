// SPDX-License-Identifier: GPL-2.0-only
/*
 * A command within another one: whether it runs, here and now, is known of few of them. The others
 * are not read, or only show something.
 */
import { test } from "tap";
import { look_up } from "../../../../tools/lib/mail/sentence/look_up.ts";

const COMMANDS = ["echo 5 > assign_adapter", "echo 04.0005 > /sys/bus/ap/drivers/vfio_ap/unbind",
	"virsh start g1", "mdevctl stop -u $UUID", "chzcrypt --config-off 04",
	"echo +4 > /sys/bus/ap/apmask", "virsh detach-device g1 m.xml",
	"mdevctl modify -u $UUID --addattr=assign_adapter --value=5", "echo 1 > remove"];

/** "@" is the command. */
const DO_IT = ["@ || true", "time @", "sudo @", "cd /tmp; @", "bash -c '@'", "(@)", "@ 2>/dev/null",
	"@ # TODO"];
const WHO_KNOWS = ["! @", "false && @", "true || @", "echo @", "# @", ": @", "@ && false", "man @",
	"which @", "watch @", "strace @", "alias x='@'", "ssh h @", "ssh h '@'", "vi @", "grep @",
	"export X='@'", "if false; then @; fi", "if true; then @; fi", "chroot /mnt @",
	"history | grep '@'", "printf '@\\n'", "bash -n -c '@'", "at now <<< '@'", "ls /x && @",
	"[ -e /x ] && @", "for i in; do @; done", "while false; do @; done", "f() { @; }", "$(@)",
	"test -f x || @", "until true; do @; done", "trap '@' EXIT", "docker exec c @",
	"nsenter -t 1 @", "xargs @", "unshare @", "perl -e '@'", "expect -c '@'", "screen -X @",
	"exit; @", "cp x y && @"];
/** behind a tool; a store has no words behind it */
const ONLY_TELL = ["@ --help", "@ --dry-run"];

function operations(text: string): string {
	const row = look_up(`# ${text}`);

	return JSON.stringify(row?.facts([], [])
		.filter((f) => !["rc", "unknown"].includes(f.fact)) ?? []);
}

function put(wrapper: string, command: string): string {
	return wrapper.replace("@", () => command);
}

test("wrapped: what runs here and now is done", async (t) => {
	for (const wrapper of DO_IT)
		for (const command of COMMANDS)
			t.equal(operations(put(wrapper, command)), operations(command),
				put(wrapper, command));
});

test("wrapped: of the others nobody knows, or they do nothing", async (t) => {
	for (const wrapper of [...WHO_KNOWS, ...ONLY_TELL])
		t.same(COMMANDS.map((c) => put(wrapper, c)).filter((text) =>
			operations(text) !== "[]"), [], wrapper);
	for (const command of COMMANDS)
		t.not(look_up(`# test -f x || ${command}`)?.kind, "prose", command);
});
