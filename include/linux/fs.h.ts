/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open files, as far as a driver makes some of its own: streams, which are read and
 * written from one position on, and cannot be sought.
 *
 * Source: include/linux/fs.h, fs/read_write.c, fs/open.c and fs/file_table.c, Linux 6.12.
 */
import { EBADF, EINVAL, EOPNOTSUPP, ESPIPE } from "./errno.h.ts";
import type { module } from "./module.h.ts";
import { kfree } from "./slab.h.ts";
import type { out } from "./types.h.ts";
import type { user_ptr } from "./uaccess.h.ts";

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_CLOEXEC = 0o2000000;

const O_ACCMODE = 3;

const FMODE_READ = 1 << 0;
const FMODE_WRITE = 1 << 1;
const FMODE_LSEEK = 1 << 2;
const FMODE_PREAD = 1 << 3;
const FMODE_PWRITE = 1 << 4;
const FMODE_STREAM = 1 << 21;

/**
 * class inode - what a file is of; those here are anonymous
 * @i_mode: its kind, of which it has none
 */
export class inode {
	i_mode = 0;
}

type transfer = (filp: file, buf: user_ptr, len: number, pos: out<number> | null) => number;

/**
 * struct file_operations - what a file does
 * @read: up to @len bytes to userspace; @pos is null for a stream
 * @write: the same from userspace
 * @release: it was closed for the last time; nobody sees what it returns
 */
export interface file_operations {
	owner: module | null;
	read?: transfer;
	write?: transfer;
	compat_ioctl?: unknown;
	release?: (inode: inode, filp: file) => number;
}

/** compat_ptr_ioctl - ioctl of a 31-bit process: there is none here */
export const compat_ptr_ioctl = null;

/**
 * class file - an open file
 * @f_op: what it does
 * @f_mode: what it may be used for
 * @f_pos: where the next byte is
 * @f_count: who has it open
 * @private_data: the driver's
 */
export class file {
	f_op: file_operations | null = null;
	f_mode = 0;
	f_flags = 0;
	f_pos: out<number> = { v: 0 };
	f_inode = new inode();
	f_count = 1;
	private_data: unknown = null;
}

/* C: OPEN_FMODE(), and what alloc_file() adds */
export function open_fmode(flags: number): number {
	return ((flags + 1) & O_ACCMODE) | FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
}

/**
 * stream_open - a file has no positions but the one it is at
 *
 * Return: 0.
 * C: fs/open.c, Linux 6.12
 */
export function stream_open(_inode: inode, filp: file): number {
	filp.f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	filp.f_mode |= FMODE_STREAM;
	return 0;
}

/**
 * fput - one user of a file less; the last one's makes it go
 *
 * Return: what the release callback returned, which C throws away; 0 without one.
 */
export function fput(filp: file): number {
	if (--filp.f_count > 0)
		return 0;
	const ret = filp.f_op!.release?.(filp.f_inode, filp) ?? 0;

	kfree(filp);
	return ret;
}

/* C: file_ppos() */
function file_ppos(filp: file): out<number> | null {
	return filp.f_mode & FMODE_STREAM ? null : filp.f_pos;
}

/**
 * ksys_read - the system call read
 * @filp: the file
 * @buf: where to, a userspace address
 * @count: how many bytes at most
 *
 * Return: how many it were; -EBADF when it is not for reading, -EINVAL when it cannot be
 * read; or the file's error.
 * C: fs/read_write.c, Linux 6.12
 */
export function ksys_read(filp: file, buf: user_ptr, count: number): number {
	if (!(filp.f_mode & FMODE_READ))
		return -EBADF;
	return filp.f_op!.read?.(filp, buf, count, file_ppos(filp)) ?? -EINVAL;
}

/** ksys_write - the system call write: see ksys_read() */
export function ksys_write(filp: file, buf: user_ptr, count: number): number {
	if (!(filp.f_mode & FMODE_WRITE))
		return -EBADF;
	return filp.f_op!.write?.(filp, buf, count, file_ppos(filp)) ?? -EINVAL;
}

/**
 * ksys_pwrite64 - the system call pwrite, which names a position
 *
 * Return: -ESPIPE from a stream; no other file is here.
 * C: fs/read_write.c, Linux 6.12
 */
export function ksys_pwrite64(filp: file, _buf: user_ptr, _count: number, _pos: number): number {
	return filp.f_mode & FMODE_PWRITE ? -EOPNOTSUPP : -ESPIPE;
}
