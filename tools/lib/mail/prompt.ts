// SPDX-License-Identifier: GPL-2.0-only

const TOOLS = "(?:ls|cat|echo|tee|sudo|lszcrypt|virsh|mdevctl|chzcrypt|chzdev)\\b";

/** PROMPT - what a shell prints in front of what is typed, or of what it runs (set -x) */
export const PROMPT = /* @__PURE__ */ new RegExp("^(?:" + [
	"\\[?[\\w.-]+@[\\w.-]+[^#$%]{0,120}[#$%]", "[\\w.-]{1,40}:[~/]\\S{0,80} ?[#$>]", "[#$%]",
	"[#$]>",
	"[\\w.-]+@[\\w.-]+(?::[\\w./~-]{0,80})?>",
	"[\\w-]{1,20}[#$>]", "[a-z][\\w-]{0,19}%(?= (?:sudo |echo |cat |ls |cd ))",
	"[([][\\w .-]{1,20}[)\\]] ?[#$%>]", "[~/][\\w./-]{0,80} ?[#$]",
	"\\(qemu\\)",
	`(?:host|lpar|hypervisor|admin|root|guest ?\\d?|vm ?\\d?):(?= ${TOOLS})`,
	`\\+{1,3}(?= ${TOOLS})`, "(?:The )?[Oo]utput of(?= (?:sudo )?(?:lszcrypt|cat|ls) )",
].join("|") + ")\\s+|^(?:[#$])(?=[^\\s#$])");

/** TRACED - what "set -x" shows of a command; where its output goes it does not show */
export const TRACED = /* @__PURE__ */ new RegExp(`^\\+{1,3} (?:${TOOLS}(?!.* >)|\\w+=\\S)`);
