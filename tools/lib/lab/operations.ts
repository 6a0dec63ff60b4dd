// SPDX-License-Identifier: GPL-2.0-only
/*
 * Carries out each operation of the trace format (Documentation/traces.md) on the machine.
 */
import { sysfs_write } from "../../../drivers/base/sysfs.ts";
import { ap_hw_set_reset_time, ap_hw_set_service_time } from "../../../drivers/s390/sim/ap_hardware.ts";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { usage_error } from "../cli/usage_error.ts";
import type { op } from "../scenario/model.ts";
import type { kernel_module } from "./kernel_module.ts";
import type { machine } from "./machine.ts";
import type { migration } from "./migration.ts";
import type { lab_result } from "./model.ts";
import { mask_of } from "./names.ts";
import type { userspace } from "./userspace.ts";

/**
 * struct surroundings - the parts that carry out operations
 * @users: the users of the driver
 * @migration: the users that migrate a guest
 * @machine: the machine under the driver
 * @module: the driver's module
 */
export interface surroundings {
	users: userspace;
	migration: migration;
	machine: machine;
	module: kernel_module;
}

type operation<K extends op[0]> =
	(on: surroundings, o: Extract<op, [K, ...unknown[]]>, result: lab_result) => number;

function several(_on: surroundings, [name]: op): never {
	throw new usage_error(`${name} stands for several operations, each done on its own`);
}

const operations: { readonly [K in op[0]]: operation<K> } = {
	create: ({ users }, [, mdev, how]) => users.create(mdev, how),
	destroy: ({ users }, [, mdev]) => users.destroy(mdev),
	write: ({ users }, [, mdev, attr, text]) => users.write(mdev, attr, text),
	read: ({ users }, [, of, attr], result) => users.read(of, attr, result),
	open: ({ users }, [, mdev, other]) => users.open(mdev, other),
	close: ({ users }, [, mdev]) => users.close(mdev),
	bind: ({ users }, [, queue]) => users.bind(queue),
	unbind: ({ users }, [, what]) => what.includes(".") ? users.unbind(what)
		: users.unbind_mdev(what),
	config: ({ users }, [, apid, to]) => users.configure(apid, to),
	driver_override: ({ users }, [, queue, driver]) => users.override(queue, driver),
	pqap: ({ users }, [, mdev, ...operands], result) => users.pqap(mdev, operands, result),
	run: ({ users }, [, mdev, ...program], result) => users.execute(mdev, program, result),
	hw_time: (_, [, what, msecs]) => {
		(what === "service" ? ap_hw_set_service_time : ap_hw_set_reset_time)(msecs);
		return 0;
	},
	reset: ({ users }, [, mdev]) => users.reset(mdev),
	unmap: ({ users }, [, mdev, iova, size]) => users.unmap(mdev, BigInt(iova), BigInt(size)),
	store: (_, [, path, text]) => sysfs_write(path, text),
	apmask_store: (_, [, text]) => sysfs_write("/sys/bus/ap/apmask", text),
	aqmask_store: (_, [, text]) => sysfs_write("/sys/bus/ap/aqmask", text),

	in_use: ({ module: { drv } }, [, apm, aqm]) =>
		syscall("in_use", () => Number(drv.in_use?.(mask_of(apm), mask_of(aqm)) ?? 0)),

	cfg: ({ machine, module: { drv } }, [, change]) => {
		machine.change_host(change, drv);
		return 0;
	},
	config_changed: ({ machine, module: { drv } }, [, change]) => {
		machine.announce_change(change, drv);
		return 0;
	},
	scan: ({ machine, module: { drv } }) => {
		machine.scan(drv);
		return 0;
	},
	checkstop: ({ machine }, [, apid]) => {
		machine.checkstop(apid);
		return 0;
	},
	advance: ({ machine }, [, msecs]) => {
		machine.pass(msecs);
		return 0;
	},
	hw: ({ machine }, [, queue, script]) => {
		machine.script(queue, script);
		return 0;
	},

	mig_feature: ({ migration }, [, mdev], result) => migration.flags(mdev, result),
	mig_get: ({ migration }, [, mdev], result) => migration.state(mdev, result),
	mig_size: ({ migration }, [, mdev], result) => migration.size(mdev, result),
	mig_state: ({ migration }, [, mdev, state], result) => migration.go_to(mdev, state, result),
	mig_read: ({ migration }, [, mdev, count, stream, besides], result) =>
		migration.read(mdev, count, stream, besides, result),
	mig_write: ({ migration }, [, mdev, bytes, stream, besides]) =>
		migration.write(mdev, bytes, stream, besides),
	mig_close: ({ migration }, [, mdev, stream]) => migration.close(mdev, stream),
	mig_carry: ({ migration }, [, from, to]) => migration.carry(from, to),
	kmem: ({ migration }, _, result) => migration.charged(result),

	next_host: several,
	bound: several,
	mdev: several,
};

/** operate - do an operation; returns what the kernel returns */
export function operate(on: surroundings, o: op, result: lab_result): number {
	const [name] = o;

	if (!Object.hasOwn(operations, name))
		throw new usage_error(`${name}: no driver here does it`);
	return (operations[name] as operation<op[0]>)(on, o, result);
}
