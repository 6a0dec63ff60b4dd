/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The door between userspace and the kernel. Whatever a user, a guest or the
 * hardware starts comes through here, once; on the way back
 *
 *  - work that was queued meanwhile runs, as on an otherwise idle machine;
 *  - a fault of the kernel becomes a crash report that says in which function
 *    and during which operation it happened.
 *
 * A fault is what JavaScript throws at a bad pointer while the kernel runs: from
 * syscall() on everything is the kernel, until it calls somebody who is no part of
 * it through outside(). The stack is read to say where it was, not whether.
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

/*
 * A frame of a stack: the function's last name, and the place in the kernel's tree. What was built
 * of a source (.js) has its lines.
 */
const tree = decodeURI(new URL("../../../", import.meta.url).pathname);
const place = `(?:file://)?${tree.replace(/[^\w/]/g, "\\$&")}((?:drivers|include)/[^:]+\\.)[jt]s(:\\d+):\\d+`;
const callee = "(?:new )?(?:[\\w$]+\\.)*([\\w$]+)(?: \\[as [^\\]]+\\])?";
const frame = new RegExp(`^ +at ${callee} \\(${place}\\)$`);
const frame_anonymous = new RegExp(`^ +at ${place}$`);
const infrastructure = /^(?:include|drivers\/base|drivers\/s390\/sim)\//;

/* The frames of the simulated kernel on the stack of an error, innermost first. */
function kernel_frames(error: Error): stack_frame[] {
	const frames: stack_frame[] = [];

	for (const line of (error.stack ?? "").split("\n")) {
		const named = frame.exec(line);
		const [file, at] = named?.slice(2) ?? frame_anonymous.exec(line)?.slice(1) ?? [];

		if (file !== undefined)
			frames.push({ name: named?.[1] ?? "?", where: `${file}ts${at}` });
	}
	return frames;
}

function blame(error: Error): stack_frame | null {
	const frames = kernel_frames(error);

	return frames.find((f) => !infrastructure.test(f.where)) ?? frames[0] ?? null;
}

/** kernel_function - the ported function that is under way, "?" if none is */
export function kernel_function(): string {
	return blame(new Error())?.name ?? "?";
}

/* Errors that somebody threw whom the kernel had called. */
const foreign = new WeakSet<Error>();

/* What to throw for what was caught. */
function report(error: unknown, operation: string): unknown {
	if (error instanceof crash_report)
		return error;
	if (error instanceof kernel_crash)
		return new crash_report(error.kind, error.message, blame(error), operation);
	if ((error instanceof TypeError || error instanceof RangeError) && !foreign.has(error))
		return new crash_report("oops", error.message, blame(error), operation);
	return error;
}

/* Whether an operation is on its way, and whether its frames on top are the kernel's. */
let busy = false;
let in_kernel = false;

/**
 * outside - call somebody who is no part of the kernel, from within it
 * @fn: what they do; system calls of theirs are the kernel's again
 *
 * They may read freed memory, too.
 *
 * Return: what @fn returns. An error that is theirs is no fault of the kernel.
 */
export function outside<T>(fn: () => T): T {
	const before = in_kernel;

	in_kernel = false;
	kasan_enter(false);
	try {
		return fn();
	} catch (error) {
		if (error instanceof Error)
			foreign.add(error);
		throw error;
	} finally {
		in_kernel = before;
		kasan_enter(before);
	}
}

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
	if (in_kernel)
		return fn();
	const outermost = !busy;

	busy = in_kernel = true;
	kasan_enter(true);
	try {
		const result = fn();

		if (outermost)
			run_workqueues();
		return result;
	} catch (error) {
		throw report(error, typeof name === "string" ? name : name());
	} finally {
		in_kernel = false;
		kasan_enter(false);
		if (outermost)
			busy = false;
	}
}
