// SPDX-License-Identifier: GPL-2.0-only

const TOOLS = "(?:ls|cat|echo|tee|sudo|lszcrypt|virsh|mdevctl|chzcrypt|chzdev)\\b";
/** what is typed behind a name that may as well be a word */
const COMMANDS =
	"(?:(?:ls|cat|echo|tee|sudo|lszcrypt|virsh|mdevctl|chzcrypt|chzdev|cd|pushd|popd|" +
	"printf|grep|head|tail|dmesg|journalctl|uname|modprobe|lsmod|find|diff|readlink|export|" +
	"uuidgen|driverctl|ssh|sleep|set|exit|qemu-\\w+)\\b|for \\w+ in |\\w+=\\S)";
/** any of a path, in which a variable may stand for an mdev's directory */
const OF_PATH = "(?:[^#$%]|\\$(?=[\\w{]))";

/** PROMPT - what a shell prints in front of what is typed, or of what it runs (set -x) */
export const PROMPT = /* @__PURE__ */ new RegExp("^" +
	"(?:\\[?\\d\\d:\\d\\d:\\d\\d\\]? |\\([\\w.-]{1,20}\\) )?(?:" + [
	`\\[?[\\w.-]+@[\\w.-]+(?:(?![\\w.-])${OF_PATH}{1,120})?[#$%]`,
	"[\\w.-]{1,40}:[~/]\\S{0,80} ?[#$>]",
	"[#$%]", "[#$]>",
	"[\\w.-]+@[\\w.-]+(?::[\\w./~-]{0,80})?>",
	"-?(?:ba|da|k|z)?sh-\\d[\\d.]{0,8}[#$]",
	"[\\w-]{1,20}(?:\\([\\w-]{1,20}\\))?[#$>]",
	"[a-z][\\w-]{0,19}%(?= (?:sudo |echo |cat |ls |cd ))",
	`[a-zA-Z][\\w-]{0,19}(?: [~/]\\S{0,80})? [#$](?= ${COMMANDS})`,
	"[([][\\w .~/-]{1,40}[)\\]] ?[#$%>]",
	`[❯➜] ?(?:[~/][\\w./-]{0,80}|[\\w.-]{1,30}(?= ${COMMANDS}))?`,
	"(?:[~/]|\\$(?=\\w))(?:[\\w./{}-]|\\$(?=[\\w{])){0,80} ?[#$]",
	"\\(qemu\\)",
	`(?:host|lpar|hypervisor|admin|root|guest ?\\d?|vm ?\\d?):(?= ${TOOLS})`,
	`\\+{1,3}(?= ${TOOLS})`,
	"(?:[Tt]he |[Aa]n? )?(?:[Oo]utput|[Ee]xcerpt|[Rr]esult) (?:of|from)(?= (?:sudo )?(?:lszcrypt|cat|ls) )",
	"[Ff]rom(?= (?:sudo )?lszcrypt )",
].join("|") + ")\\s+|^(?:[#$]|\\[[\\w.-]+@[^#$%\\]]{1,90}\\][#$])(?=[^\\s#$])");

/** OF_SCRIPT - in front of what a script runs, which has no prompt of its own */
export const OF_SCRIPT = "% ";

/** TRACED - what "set -x" shows of a command; where its output goes it does not show */
export const TRACED = /* @__PURE__ */ new RegExp(`^\\+{1,3} (?:${TOOLS}(?!.* >)|\\w+=\\S)`);
