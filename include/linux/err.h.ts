/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Error pointers: a function that returns a pointer returns an error number
 * in its place.
 */
class err_ptr {
	error: number;

	constructor(error: number) {
		this.error = error;
	}
}

/** ERR_PTR - wrap the negative error number @error as a pointer */
export function ERR_PTR(error: number): err_ptr {
	return new err_ptr(error);
}

/** IS_ERR - whether @ptr is an error and not an object */
export function IS_ERR<T>(ptr: T | err_ptr): ptr is err_ptr {
	return ptr instanceof err_ptr;
}

/** PTR_ERR - the negative error number in @ptr */
export function PTR_ERR(ptr: err_ptr): number {
	return ptr.error;
}

/** PTR_ERR_OR_ZERO - the error number in @ptr, or 0 if it is an object */
export function PTR_ERR_OR_ZERO(ptr: unknown): number {
	return ptr instanceof err_ptr ? ptr.error : 0;
}

export type { err_ptr };
