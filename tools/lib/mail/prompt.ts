// SPDX-License-Identifier: GPL-2.0-only

/** PROMPT - what a shell prints in front of what is typed, or of what it runs (set -x) */
export const PROMPT =
	/^(?:\[?[\w.-]+@[\w.-]+[^#$%]{0,120}[#$%]|[\w.-]{1,40}:[~/]\S{0,80} ?[#$>]|[#$%]|[\w-]{1,20}[#$>]|\(qemu\)|\+{1,3}(?= (?:ls|cat|echo|tee|sudo|lszcrypt|virsh|mdevctl|chzcrypt|chzdev)\b))\s+|^(?:[#$])(?=[^\s#$])/;

/** TRACED - what "set -x" shows of a command; where its output goes it does not show */
export const TRACED =
	/^\+{1,3} (?:(?:ls|cat|echo|tee|sudo|lszcrypt|virsh|mdevctl|chzcrypt|chzdev)\b(?!.* >)|\w+=\S)/;
