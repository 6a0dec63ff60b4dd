/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Base types of the port.
 */

/**
 * out - an out-parameter: C's pointer to a caller's variable
 * @v: the variable
 */
export interface out<T> {
	v: T;
}

/** out - a caller's variable that a callee may write, initialised with @v */
export function out<T>(v: T): out<T> {
	return { v };
}

/** embedded - a member of a bigger struct that container_of() can lead back to */
export interface embedded {
	container: object | null;
}
