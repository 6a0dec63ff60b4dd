/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that are in no directory.
 *
 * Source: include/linux/anon_inodes.h and fs/anon_inodes.c, Linux 6.12.
 */
import { ERR_PTR, type err_ptr } from "./err.h.ts";
import { ENOMEM } from "./errno.h.ts";
import { file, open_fmode, type file_operations } from "./fs.h.ts";
import { kmemleak_track, should_failslab } from "./slab.h.ts";

/**
 * anon_inode_getfile - a new open file
 * @_name: what /proc calls it
 * @fops: what it does
 * @priv: its private_data
 * @flags: O_RDONLY or O_WRONLY, and others
 *
 * Return: the file, to be given back with fput(); or ERR_PTR(-ENOMEM).
 */
export function anon_inode_getfile(
	_name: string, fops: file_operations, priv: unknown, flags: number,
): file | err_ptr {
	if (should_failslab())
		return ERR_PTR(-ENOMEM);
	const filp = kmemleak_track(new file());

	filp.f_op = fops;
	filp.f_mode = open_fmode(flags);
	filp.f_flags = flags;
	filp.private_data = priv;
	return filp;
}
