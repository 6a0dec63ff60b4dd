/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The door between userspace and the kernel. Whatever a user, a guest or the
 * hardware starts comes through here, once; on the way back
 *
 *  - work that was queued meanwhile runs, as on an otherwise idle machine;
 *  - a fault of the kernel becomes a crash report that says in which function
 *    and during which operation it happened.
 *
 * Nested calls (a driver calls back into userspace, which makes a system call
 * of its own; another task of a schedule that runs in between) belong to the
 * outermost: the work runs when that one ends.
 */
import { kernel_crash, type crash_kind } from "#linux/bug.h";
import { kasan_enter } from "#linux/kasan.h";
import { run_workqueues } from "#linux/workqueue.h";

/**
 * class crash_report - a kernel_crash, and where it happened
 * @function: the ported function nearest to the fault, "?" if there is none
 * @where: its file and line, from the top of the tree
 * @operation: what userspace had asked for
 */
export class crash_report extends kernel_crash {
	function: string;
	where: string;
	operation: string;

	constructor(
		kind: crash_kind, message: string, site: stack_frame | null, operation: string,
	) {
		const name = site?.name ?? "?";

		super(kind, `${message}, in ${name}, during ${operation}`);
		this.function = name;
		this.where = site?.where ?? "?";
		this.operation = operation;
	}
}

interface stack_frame {
	name: string;
	where: string;
}

/* A frame of a stack: the function's last name, and the place in the kernel's tree. */
const tree = decodeURI(new URL("../../../", import.meta.url).pathname);
const place = `(?:file://)?${tree.replace(/[^\w/]/g, "\\$&")}((?:drivers|include)/[^:]+:\\d+):\\d+`;
const callee = "(?:new )?(?:[\\w$]+\\.)*([\\w$]+)(?: \\[as [^\\]]+\\])?";
const frame = new RegExp(`^ +at ${callee} \\(${place}\\)$`);
const frame_anonymous = new RegExp(`^ +at ${place}$`);
const infrastructure = /^(?:include|drivers\/base|drivers\/s390\/sim)\//;

/* The frames of the simulated kernel on the stack of an error, innermost first. */
function kernel_frames(error: Error): stack_frame[] {
	const frames: stack_frame[] = [];

	for (const line of (error.stack ?? "").split("\n")) {
		const named = frame.exec(line);
		const where = named?.[2] ?? frame_anonymous.exec(line)?.[1];

		if (where !== undefined)
			frames.push({ name: named?.[1] ?? "?", where });
	}
	return frames;
}

/* Whether an error was raised by the kernel's own text. */
function raised_in_kernel(error: Error): boolean {
	const innermost = (error.stack ?? "").split("\n").find((line) => /^ +at /.test(line));

	return innermost !== undefined &&
		(frame.test(innermost) || frame_anonymous.test(innermost));
}

function blame(error: Error): stack_frame | null {
	const frames = kernel_frames(error);

	return frames.find((f) => !infrastructure.test(f.where)) ?? frames[0] ?? null;
}

/* What to throw for what was caught. */
function report(error: unknown, operation: string): unknown {
	if (error instanceof crash_report)
		return error;
	if (error instanceof kernel_crash)
		return new crash_report(error.kind, error.message, blame(error), operation);
	if ((error instanceof TypeError || error instanceof RangeError) && raised_in_kernel(error))
		return new crash_report("oops", error.message, blame(error), operation);
	return error;
}

let inside = false;

/**
 * syscall - run an operation of userspace in the kernel
 * @name: what it is, for a crash report; a function where putting it together
 *	  costs something
 * @fn: the operation
 *
 * Return: what @fn returns. Throws a crash_report when the kernel crashes, and
 * anything else that is no fault of the kernel as it is.
 */
export function syscall<T>(name: string | (() => string), fn: () => T): T {
	if (inside)
		return fn();
	inside = true;
	kasan_enter(true);
	try {
		const result = fn();

		run_workqueues();
		return result;
	} catch (error) {
		throw report(error, typeof name === "string" ? name : name());
	} finally {
		inside = false;
		kasan_enter(false);
	}
}
