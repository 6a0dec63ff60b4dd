// SPDX-License-Identifier: GPL-2.0-only

/** PROMPT - what a shell prints in front of what is typed, or of what it runs (set -x) */
export const PROMPT =
	/^(?:\[?[\w.-]+@[\w.-]+[^#$%]{0,120}[#$%]|[#$%]|[\w-]{1,20}[#$>]|\(qemu\)|\+{1,2}(?= (?:ls|cat|lszcrypt|virsh|mdevctl|chzcrypt)\b))\s+|^(?:[#$])(?=[^\s#$])/;
