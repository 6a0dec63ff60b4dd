// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutants that are none: whatever operations a trace has, they do what the port does. And functions
 * that no trace of the fuzzer's comes to, so that none of their mutants can be told.
 */
import type { mutant } from "../crossread/mutants.ts";

/**
 * struct equivalence - why mutants do the same
 * @how: what was done
 * @line: the line that was changed, as it was
 * @functions: in which; undefined: in any
 * @under: only below an if that says this
 */
interface equivalence {
	how: readonly string[];
	line: RegExp;
	functions?: readonly string[];
	under?: RegExp;
	why: string;
}

const equivalences: readonly equivalence[] = [
	{
		how: ["double a call"], why: "a second time it does nothing more",
		line: /^(?:bitmap_\w+|hash_del|INIT_LIST_HEAD|container_of|set_bit_inv|clear_bit_inv|lockdep_\w+|sysfs_remove_group|vfio_ap_free_aqic_resources|vfio_ap_matrix_init|hash_init|init_rwsem|mutex_init)\(/,
	},
	{
		how: ["double a call"], line: /^(?:queue_work|flush_work)\(/,
		why: "what waits already is not queued again, what is done is not waited for",
	},
	{
		how: ["drop a call", "double a call", "swap two calls"],
		why: "there is no time, and nobody reads the log",
		line: /^(?:msleep|dev_(?:warn|err|info)|pr_\w+|VFIO_AP_DBF\w*)\(/,
	},
	{
		how: ["drop a call"], line: /^lockdep_\w+\(/,
		why: "it only looks, and what it looks for holds",
	},
	{
		how: ["drop a call"], line: /^bitmap_zero\(/,
		why: "a bitmap that was just made is empty",
		functions: ["vfio_ap_mdev_hot_unplug_adapter", "vfio_ap_mdev_hot_unplug_domain"],
	},
	{
		how: ["drop a case"], why: "the default does the same",
		line: /^case AP_RESPONSE_(?:Q_NOT_AVAIL|DECONFIGURED|CHECKSTOPPED|INVALID_ADDRESS):$/,
		functions: ["vfio_ap_wait_for_irqclear", "vfio_ap_irq_disable"],
	},
	{
		how: ["and becomes or", "equal becomes not equal"],
		line: /^if \(q && q\.apqn === apqn\)$/,
		functions: ["vfio_ap_mdev_get_queue"],
		why: "hash_first() and hash_next() of this tree have compared the key already",
	},
	{
		how: ["call another function"], line: /^q = hash_next\(/,
		functions: ["vfio_ap_mdev_get_queue"],
		why: "hash_first() and hash_next() of this tree have compared the key already",
	},
	{
		how: ["drop a call"], line: /^(?:INIT_LIST_HEAD|hash_init)\(.*\);$/,
		functions: [
			"reset_queues_for_apid", "reset_queues_for_apids", "vfio_ap_mdev_init_dev",
		],
		why: "what was just made is empty",
	},
	{
		how: ["change an errno"], line: /^return -EINVAL;$/,
		functions: ["parse_bitmap", "vfio_ap_validate_nib"],
		why: "its caller only asks whether it failed",
	},
	{
		how: ["swap two calls"], line: /^(?:list_del|release_update_locks_for_kvm)\(/,
		functions: ["vfio_ap_mdev_remove", "vfio_ap_mdev_unset_kvm"],
		why: "there is one thread",
	},
	{
		how: ["call another function", "drop a goto", "goto becomes break"],
		line: /^(?:nchars = sysfs_emit\(|break done;$)/, functions: ["status_show"],
		under: /^\s*if \(!q\)/,
		why: "there is one thread",
	},
	{
		how: ["swap two calls"], line: /^bitmap_clear\(/,
		functions: ["vfio_ap_on_scan_complete"],
		why: "which of the three is cleared first cannot be seen",
	},
	{
		how: ["if becomes while"], line: /^if \(q\.saved_isc !== VFIO_AP_ISC_INVALID\)$/,
		functions: ["apq_reset_check"], why: "its body makes the condition false",
	},
	{
		how: ["if becomes while"],
		line: /^if \(test_bit_inv\(domid\.v, matrix_mdev\.shadow_apcb/,
		functions: ["unassign_control_domain_store"],
		why: "its body makes the condition false",
	},
	{
		how: ["change an errno"], line: /^let ret = -EBUSY, /,
		functions: ["apq_reset_check"],
		why: "it is set before it is read",
	},
	{
		how: ["drop a return"], line: /^return -EINVAL;$/,
		functions: ["vfio_ap_validate_nib"],
		under: /kvm_is_error_hva\(/,
		why: "a page that is not there cannot be pinned, with the same answer",
	},
	{
		how: ["drop a goto", "goto becomes break"], line: /^break out_unlock;$/,
		functions: ["handle_pqap"], under: /pqap_hook|!matrix_mdev\.kvm/,
		why: "a hook of an mdev without a guest is not called",
	},
	{
		how: ["double a call"],
		line: /^vfio_ap_mdev_(?:unlink|hot_unplug)_(?:domain|adapter)s?\(/,
		functions: [
			"vfio_ap_mdev_hot_unplug_domains", "vfio_ap_mdev_hot_unplug_adapters",
			"vfio_ap_mdev_hot_unplug_domain", "vfio_ap_mdev_hot_unplug_adapter",
			"unassign_domain_store", "unassign_adapter_store",
		],
		why: "what is unlinked is not found again",
	},
	{
		how: ["double a call"], line: /^vfio_ap_mdev_unset_kvm\(/,
		functions: ["vfio_ap_mdev_close_device"], why: "a second time it does nothing more",
	},
	{
		how: ["swap two calls"], line: /^bitmap_copy\(/, functions: ["ap_matrix_copy"],
		why: "the two write to different memory",
	},
	{
		how: ["drop an else"], line: /^\} else if \(count === 0\) \{$/,
		functions: ["vfio_ap_mdev_request"],
		why: "there is no time, and nobody reads the log",
	},
	{
		how: ["drop a return"], line: /^return null;$/,
		functions: ["vfio_ap_mdev_for_queue"],
		why: "undefined is as false as null",
	},
	{
		how: ["call another function", "double a call", "drop a call", "drop a return"],
		line: /^(?:mdev_unregister_driver\(|return ret;$)/,
		functions: ["vfio_ap_mdev_register"], why: "registering does not fail here",
	},
	{
		how: ["change an errno"], line: /^return copy_to_user\(.* \? -EFAULT : 0;$/,
		why: "memory of userspace that is not there, a device that is opened without a guest: not here",
	},
	{
		how: ["drop a goto", "goto becomes break"], line: /^break err_driver;$/,
		functions: ["vfio_ap_mdev_register"],
		why: "registering does not fail here",
	},
	{
		how: ["drop a return", "change an errno"], line: /^return -EOPNOTSUPP;$/,
		functions: ["handle_pqap"],
		why: "the machine has AIV",
	},
	{
		how: ["swap two calls"], line: /^(?:vfio_ap_matrix_init|hash_init)\(/,
		functions: ["vfio_ap_mdev_init_dev"],
		why: "nobody sees the mdev between the two",
	},
	{
		how: ["swap two calls"], line: /^vfio_ap_matrix_init\(/,
		functions: ["vfio_ap_mdev_filter_matrix"],
		why: "the two write to different memory",
	},
	{
		how: ["drop a call"], line: /^vfio_ap_matrix_init\(.*shadow_apcb\);$/,
		functions: ["vfio_ap_mdev_init_dev"],
		why: "every filter does so again, and what it writes is read of the matrix only",
	},
	{
		how: ["double a call"], line: /^vfio_ap_mdev_link_queue\(/,
		functions: ["vfio_ap_mdev_link_apqn"],
		why: "what is linked is not linked again",
	},
	{
		how: ["call another function"],
		line: /hook not registered with the vfio_ap driver/, functions: ["handle_pqap"],
		why: "a hook of an mdev without a guest is not called",
	},
	{
		how: ["drop a return"], line: /^return 0;$/, functions: ["reset_queues_for_apids"],
		why: "of no adapters no queues are collected, and an empty list is reset",
	},
	{
		how: ["change an errno", "drop a return"], line: /^return -(?:EFAULT|EINVAL);$/,
		functions: [
			"vfio_ap_mdev_open_device", "vfio_ap_get_irq_info", "vfio_ap_irq_set_init",
			"vfio_ap_set_request_irq",
			"vfio_ap_mdev_get_device_info",
		],
		why: "memory of userspace that is not there, a device that is opened without a guest: not here",
	},
];

/* C's `if (...) return ...;`, the condition on one line or several. */
function leaves_at_once(lines: readonly string[], row: number): boolean {
	let at = row;

	while (at < lines.length && !/\)(?: \{)?$/.test(lines[at]))
		at++;
	const body = lines[at]?.endsWith("{") ? end_of_block(lines, at) - 1 : at + 1;

	return /^\s*(?:return\b.*|break(?: \w+)?|throw\b.*);$/.test(lines[body] ?? "");
}

function end_of_block(lines: readonly string[], from: number): number {
	const indent = /^\s*/.exec(lines[from])![0];

	return lines.findIndex((line, i) => i > from && line.startsWith(`${indent}}`));
}

/* The if that a line stands below, as far as one can tell without a parser. */
function if_above(lines: readonly string[], row: number): string {
	return lines.slice(0, row).findLast((line) => /^\s*(?:\} else )?if \(/.test(line)) ?? "";
}

/**
 * why_equivalent - why a mutant cannot be told from the port, or null if it can
 * @name: the function
 * @lines: its text
 */
export function why_equivalent(
	name: string, lines: readonly string[], { how, row }: mutant,
): string | null {
	if (how === "if becomes while" && leaves_at_once(lines, row))
		return "its body leaves the loop at once";
	const line = lines[row].trim();

	return equivalences.find((it) => it.how.includes(how) && it.line.test(line) &&
		(it.functions?.includes(name) ?? true) &&
		(it.under?.test(if_above(lines, row)) ?? true))?.why ?? null;
}

/** unreached - functions that no trace comes to */
export const unreached: ReadonlyMap<string, string> = new Map([
	["ensure_nib_shared", "no guest of the oracle's machine is protected"],
	["vfio_ap_le_guid_to_be_uuid", "a hook of an mdev without a guest is not called"],
	["vfio_ap_mdev_unregister", "the module stays"],
]);
