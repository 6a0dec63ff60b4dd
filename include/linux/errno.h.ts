/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Error numbers, as functions return them negated (asm-generic values, which
 * are s390's).
 */
export const EPERM = 1;
export const ENOENT = 2;
export const EINTR = 4;
export const EIO = 5;
export const ENXIO = 6;
export const E2BIG = 7;
export const EBADF = 9;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EACCES = 13;
export const EFAULT = 14;
export const EBUSY = 16;
export const EEXIST = 17;
export const ENODEV = 19;
export const ENOTDIR = 20;
export const EISDIR = 21;
export const EINVAL = 22;
export const EMFILE = 24;
export const ENOTTY = 25;
export const ENOSPC = 28;
export const ESPIPE = 29;
export const EROFS = 30;
export const ERANGE = 34;
export const ENOSYS = 38;
export const ETIME = 62;
export const EUSERS = 87;
export const EMSGSIZE = 90;
export const EOPNOTSUPP = 95;
export const EADDRINUSE = 98;
export const EADDRNOTAVAIL = 99;
export const EINPROGRESS = 115;
export const ECANCELED = 125;
export const ERESTARTSYS = 512;
export const EPROBE_DEFER = 517;
export const ENOTSUPP = 524;

const names = new Map<number, string>(Object.entries({
	EPERM, ENOENT, EINTR, EIO, ENXIO, E2BIG, EBADF, EAGAIN, ENOMEM, EACCES, EFAULT, EBUSY,
	EEXIST, ENODEV, ENOTDIR, EISDIR, EINVAL, EMFILE, ENOTTY, ENOSPC, ESPIPE, EROFS, ERANGE,
	ENOSYS,
	ETIME, EUSERS, EMSGSIZE, EOPNOTSUPP, EADDRINUSE, EADDRNOTAVAIL, EINPROGRESS, ECANCELED,
	ERESTARTSYS, EPROBE_DEFER, ENOTSUPP,
}).map(([name, value]) => [value, name]));
const values = new Map<string, number>([...names].map(([value, name]) => [name, value]));

/**
 * errname - "-EBUSY" for -16
 * @err: a negative error number
 *
 * Return: the symbolic name with its sign, or the number as text when it has
 * none here.
 */
export function errname(err: number): string {
	const name = names.get(-err);

	return name === undefined ? String(err) : `-${name}`;
}

/**
 * errno_by_name - 16 for "EBUSY"
 * @name: without sign
 *
 * Return: the positive error number, or undefined for an unknown name.
 */
export function errno_by_name(name: string): number | undefined {
	return values.get(name);
}
