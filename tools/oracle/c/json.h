/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON, as far as traces have it.
 */
#ifndef ORACLE_JSON_H
#define ORACLE_JSON_H

#include <stdbool.h>
#include <stddef.h>

/*
 * struct json - a value
 * @key: its name, of a member of an object
 * @text: a string's bytes; or where a value begins in its line
 * @length: how many bytes
 * @number: of a number
 * @first, @next: the elements of an array or object
 */
struct json {
	enum { JSON_NULL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } type;
	const char *key;
	const char *text;
	size_t length;
	long number;
	struct json *first, *next;
};

/* NULL for what is no JSON. Strings end in a NUL that is not counted. */
struct json *json_read(const char *text);
struct json *json_member(const struct json *object, const char *key);
/* The n-th element, or NULL. */
struct json *json_at(const struct json *array, unsigned int n);
/* The n-th element's text; "" if it is no string. */
const char *json_text(const struct json *array, unsigned int n);

#endif
