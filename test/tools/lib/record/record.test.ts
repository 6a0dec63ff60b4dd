// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of a machine: what "export" writes is read again as the same machine, by "import" and by
 * umockdev-run; a tar of it is, too; what does not fit together is refused with one line.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { test, type Test } from "tap";
import {
	sysfs_read, sysfs_readdir, sysfs_readlink, sysfs_stat,
} from "../../../../drivers/base/sysfs.ts";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";
import { expand } from "../../../../tools/lib/play/play.ts";
import { umockdev_text } from "../../../../tools/lib/record/export.ts";
import { machine_of } from "../../../../tools/lib/record/machine.ts";
import { read_record } from "../../../../tools/lib/record/read.ts";
import { queue_name, uuid_in } from "../../../../tools/lib/scenario/ids.ts";
import type { scenario } from "../../../../tools/lib/scenario/model.ts";
import { parse_scenarios } from "../../../../tools/lib/scenario/parse.ts";
import { print_scenario } from "../../../../tools/lib/scenario/print.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../../tools/vfio-ap", import.meta.url));
const UUID = "0dafb3b7-42b1-4504-b52d-7d8c4833b941";
const OTHER = "1dafb3b7-42b1-4504-b52d-7d8c4833b941";

const driver = await load_driver("v6.12");

const CUSTOMER = `scenario customer
host adapters 05 06 0a domains 0004 0047 control 0004 0047
apmask 0a
aqmask 0004 0047
bound 05.0004 05.0047 06.0047
mdev m0 adapters 05 domains 0004 0047 control 0004  # ${UUID}
open m0
mdev m1 adapters 06 domains 0047  # ${OTHER}
config 06 off
`;

/* A machine with a scenario's operations done; what @fn makes of it. */
function on_machine<T>(of: scenario, fn: (lab: machine_lab) => T): T {
	const lab = new machine_lab(of, driver);

	lab.load();
	for (const { body, note } of of.statements)
		for (const op of body.kind === "op" ? expand(body.op, lab) : [])
			if (op[0] === "create")
				lab.users.create(op[1], op[2], uuid_in(note));
			else
				lab.run(op);
	try {
		return fn(lab);
	} finally {
		lab.shutdown();
	}
}

function exported(text: string): string {
	return on_machine(parse_scenarios(text, "customer.scn")[0]!, umockdev_text);
}

function imported(record: string | Buffer): scenario {
	return machine_of(read_record(Buffer.from(record), "customer")!);
}

function folder(t: Test): string {
	const path = mkdtempSync(join(tmpdir(), "vfio-ap-test-"));

	t.teardown(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

test("export, import: the machine begins as the other stood", async (t) => {
	const text = print_scenario(imported(exported(CUSTOMER)));

	t.match(text, "host adapters 05 06 0a domains 0004 0047 control 0004 0047\n");
	t.match(text, "apmask 0a\naqmask 0004 0047\n");
	t.match(text, "bound 05.0004 05.0047 06.0047\n");
	t.match(text, `mdev m0 adapters 05 domains 0004 0047 control 0004  # ${UUID}\n`);
	t.match(text, "open m0  # its queues are in use\nguest m0 05.0004 05.0047\n");
	t.match(text,
		`mdev m1 adapters 06 domains 0047  # ${OTHER}\nguest m1 06.0047\nconfig 06 off\n`);
	const again = on_machine(parse_scenarios(text, "again.scn")[0]!, umockdev_text);

	t.equal(print_scenario(imported(again)), text, "and so once more");
});

test("export, import: any machine", async (t) => {
	const ids = fc.uniqueArray(fc.integer({ min: 0, max: 255 }),
		{ minLength: 1, maxLength: 4 });

	fc.assert(fc.property(ids, ids, fc.infiniteStream(fc.boolean()), (apm, aqm, coin) => {
		const flip = (): boolean => coin.next().value as boolean;
		const queues = apm.flatMap((apid) => aqm.map((apqi) => queue_name(apid, apqi)))
			.filter(flip).sort();
		const of: scenario = {
			file: "any", line: 1, name: "any", source: null, about: [], assumptions: [],
			slips: [],
			verdicts: [], choices: [], memory: "zero", apmask: [], aqmask: [],
			host: { apxa: 1, na: 255, nd: 255, apm, aqm, adm: aqm, old: [] },
			statements: [],
		};
		const body = { kind: "op", op: ["bound", queues], rc: null, fail_nth: 0 } as const;

		of.statements =
			[{ line: 1, label: null, n: "1", drivers: null, note: null,
				body: { ...body, op: ["bound", queues] } }];
		const read = imported(on_machine(of, umockdev_text));

		t.strictSame([read.host.apm, read.host.aqm],
			[apm, aqm].map((list) => list.toSorted((a, b) => a - b)));
		t.strictSame(read.statements[0]!.body, body);
	}), { numRuns: 20 });
});

/* The tree as files and links below a folder, sizes as they come. */
function write_tree(at: string, dir: string): void {
	mkdirSync(join(at, dir), { recursive: true });
	for (const name of sysfs_readdir(dir).names) {
		const path = `${dir}/${name}`;
		const { type, mode } = sysfs_stat(path);

		if (type === "dir")
			write_tree(at, path);
		else if (type === "link")
			symlinkSync(sysfs_readlink(path).target, join(at, path));
		else if ((mode & 0o444) !== 0)
			/* a page, as tar fills up a file of sysfs */
			writeFileSync(join(at, path), sysfs_read(path).text.padEnd(4096, "\0"));
	}
}

test("import: a tar of /sys/bus/ap and /sys/devices, plain, compressed, or without /sys/devices/ap",
		async (t) => {
	const at = folder(t);
	const wanted = print_scenario(imported(exported(CUSTOMER)));

	on_machine(parse_scenarios(CUSTOMER, "customer.scn")[0]!, () => write_tree(at, "/sys"));
	const tar = (...paths: string[]): Buffer =>
		spawnSync("tar", ["-C", at, "-cf", "-", ...paths], { maxBuffer: 1 << 26 }).stdout;
	const whole = tar("sys/bus/ap", "sys/devices/ap", "sys/devices/vfio_ap");

	t.equal(print_scenario(imported(whole)), wanted);
	t.equal(print_scenario(imported(gzipSync(whole))), wanted, "compressed");
	const part = print_scenario(imported(tar("sys/bus/ap", "sys/devices/vfio_ap")));

	t.match(part, "bound 05.0004 05.0047 06.0047\n", "bindings by the drivers' links");
	t.match(part, `mdev m0 adapters 05 domains 0004 0047 control 0004  # ${UUID}\n`);
	t.throws(() => imported(whole.subarray(0, 5000)),
		/customer: the archive ends in the middle of "sys/);
	t.throws(() => imported(gzipSync(whole).subarray(0, 900)), /customer: no gzip file/);
});

test("import: what does not fit together is refused, with its line", async (t) => {
	const text = exported(CUSTOMER);
	const refused: [what: string, from: string, to: string | RegExp, message: RegExp][] = [
		["a hole", "", /P: \/devices\/ap\/card06\/06.0047\n(.+\n)+\n/,
			/domain 0047 on other adapters, but no queue 06.0047$/],
		["reserved", "A: apmask=0x002", "A: apmask=0x042",
			/^customer:\d+: 05.0004 is driven by vfio_ap, but apmask and aqmask reserve it for the default drivers/],
		["not reserved", "A: apmask=0x002", "A: apmask=0x000",
			/^customer:\d+: 0a.0004 is driven by cex4queue, but apmask and aqmask do not reserve it/],
		["no card in the mask", "ap_adapter_mask=0x06", "ap_adapter_mask=0x04",
			/^customer:1: ap_adapter_mask lacks 06, which has queues/],
		["a mask", "apmask=0x00", "apmask=0x",
			/^customer:1: apmask is "0x\d+", expected 0x and 64 digits/],
		["shared", "A: matrix=06.0047\\n", "A: matrix=05.0047\\n",
			/05.0047 is assigned to .* and to /],
		["no queue", "A: matrix=06.0047\\n", "A: matrix=6.47\\n",
			/matrix has "6.47", expected queues as 04.0047/],
		["another line", "A: hwtype", "Q: hwtype", /^customer:\d+: no line of umockdev/],
		["no value", "A: hwtype=14", "A: hwtype",
			/^customer:\d+: "hwtype\\n" has no value, expected NAME=VALUE/],
	];

	for (const [what, from, to, message] of refused) {
		const broken = typeof to === "string" ? text.replace(from, to)
			: text.replace(to, "");

		t.not(broken, text, what);
		t.throws(() => imported(broken), { message }, what);
	}
	t.equal(read_record(Buffer.from("Subject: nothing\n"), "mail"), null,
		"a mail is no record");
	t.throws(() => imported("P: /devices/pci0000:00\nE: SUBSYSTEM=pci\n"), /no AP queue in it/);
	t.throws(() => imported("P: /devices/../bus/ap\nA: apmask=0x00\nA: apmask=0xf0\n"),
		/customer:3: apmask is on line 2 already/);
	t.throws(() => imported("P: /bus/ap\nA: apmask=hello\n"), /no AP queue in it/);
	t.throws(() => machine_of(read_record(gzipSync(Buffer.alloc(1024)), "empty.tar.gz")!),
		/empty\.tar\.gz: no AP queue in it/);
});

test("import: a record without the bus: masks as the bindings ask for", async (t) => {
	const text = exported(CUSTOMER).replace(/P: \/devices\/\.\.\/bus\/ap\n(.+\n)+\n/, "");
	const read = imported(text);

	t.match(read.assumptions, [/apmask and aqmask are not in the record/]);
	t.notOk(read.apmask.includes(5));
	t.ok(read.apmask.includes(10));
});

test("export, import: the commands", async (t) => {
	const at = folder(t);
	const scn = join(at, "customer.scn"), record = join(at, "customer.umockdev");
	const run = (...args: string[]): string =>
		spawnSync(EXECUTABLE, args, { encoding: "utf8" }).stdout;

	writeFileSync(scn, CUSTOMER);
	writeFileSync(record, run("export", "--umockdev", scn));
	t.match(run("import", record), /^scenario customer\n/);
	t.match(run("replay", record, "--driver", "v6.12"),
		/guest m1 06.0047 +holds|1 scenario, 1 outcome/);
	const { status, stderr } = spawnSync(EXECUTABLE, ["export", scn], { encoding: "utf8" });

	t.equal(status, 2);
	t.match(stderr, "expected vfio-ap export --umockdev FILE");
});

const umockdev = spawnSync("sh", ["-c", "command -v umockdev-run"]).status === 0
	? false : "umockdev-run is not installed";

test("umockdev-run: readers see what the simulated machine has", { skip: umockdev }, async (t) => {
	const record = join(folder(t), "customer.umockdev");

	writeFileSync(record, exported(CUSTOMER));
	const { stdout } = spawnSync("umockdev-run", ["-d", record, "--", "sh", "-c", `
		cd /sys/devices && cat ap/card05/hwtype ap/card05/05.0004/status vfio_ap/matrix/${UUID}/matrix \
			/sys/bus/ap/apmask
		basename $(readlink ap/card05/05.0004/driver) && ls /sys/bus/ap/devices`], { encoding: "utf8" });

	t.equal(stdout, `14\nin use\n05.0004\n05.0047\n0x0020${"0".repeat(60)}\nvfio_ap\n` +
		`${["05.0004", "05.0047", "06.0004", "06.0047", "0a.0004", "0a.0047", "card05", "card06", "card0a"].join("\n")}\n`);
});
