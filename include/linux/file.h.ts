/* SPDX-License-Identifier: GPL-2.0 */
/*
 * File descriptors of the one process that opens files here. Eventfds have a table of
 * their own, below the numbers of this one.
 *
 * Source: include/linux/file.h and fs/file.c, Linux 6.12.
 */
import { EBADF, EMFILE } from "./errno.h.ts";
import { fput, type file } from "./fs.h.ts";
import { early_initcall } from "./init.h.ts";
import { should_failslab } from "./slab.h.ts";

const FIRST_FD = 1024;

let files = new Map<number, file | null>();

early_initcall(() => {
	files = new Map();
});

/** get_unused_fd_flags - reserve a descriptor: its number, or -EMFILE */
export function get_unused_fd_flags(_flags: number): number {
	let fd = FIRST_FD;

	if (should_failslab())
		return -EMFILE;
	while (files.has(fd))
		fd++;
	files.set(fd, null);
	return fd;
}

/** put_unused_fd - give a reserved descriptor back */
export function put_unused_fd(fd: number): void {
	files.delete(fd);
}

/** fd_install - let a reserved descriptor mean a file; it has the file from now on */
export function fd_install(fd: number, filp: file): void {
	files.set(fd, filp);
}

/** fd_file - the file behind a descriptor, or null */
export function fd_file(fd: number): file | null {
	return files.get(fd) ?? null;
}

/** close_fd - close a descriptor; returns what the file's release did, or -EBADF */
export function close_fd(fd: number): number {
	const filp = fd_file(fd);

	if (filp === null)
		return -EBADF;
	files.delete(fd);
	return fput(filp);
}
