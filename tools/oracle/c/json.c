// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include "json.h"

/* Values are given back with the process. */
static void *json_alloc(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

static const char *skip_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static char *put_utf8(char *to, unsigned long c)
{
	if (c < 0x80) {
		*to++ = c;
	} else if (c < 0x800) {
		*to++ = 0xc0 | c >> 6;
		*to++ = 0x80 | (c & 0x3f);
	} else if (c < 0x10000) {
		*to++ = 0xe0 | c >> 12;
		*to++ = 0x80 | (c >> 6 & 0x3f);
		*to++ = 0x80 | (c & 0x3f);
	} else {
		*to++ = 0xf0 | c >> 18;
		*to++ = 0x80 | (c >> 12 & 0x3f);
		*to++ = 0x80 | (c >> 6 & 0x3f);
		*to++ = 0x80 | (c & 0x3f);
	}
	return to;
}

static unsigned long read_hex4(const char *at)
{
	char digits[5] = {};

	strncpy(digits, at, 4);
	return strtoul(digits, NULL, 16);
}

static bool is_low_surrogate(const char *at)
{
	return at[0] == '\\' && at[1] == 'u' && (read_hex4(at + 2) & 0xfc00) == 0xdc00;
}

/* @at: behind "\u" */
static const char *read_code(const char *at, char **to)
{
	unsigned long c = read_hex4(at);

	at += strnlen(at, 4);
	if ((c & 0xfc00) == 0xd800 && is_low_surrogate(at)) {
		c = 0x10000 + ((c & 0x3ff) << 10) + (read_hex4(at + 2) & 0x3ff);
		at += 6;
	}
	*to = put_utf8(*to, c);
	return at;
}

static const char *read_string(const char *at, struct json *value)
{
	static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
	char *text = json_alloc(strlen(at) + 1), *to = text;
	const char *letter;

	for (at++; *at && *at != '"';) {
		if (*at != '\\') {
			*to++ = *at++;
			continue;
		}
		at++;
		letter = *at ? strchr(letters, *at) : NULL;
		if (*at == 'u')
			at = read_code(at + 1, &to);
		else if (*at)
			*to++ = letter ? (at++, meant[letter - letters]) : *at++;
	}
	value->type = JSON_STRING;
	value->text = text;
	value->length = to - text;
	return *at == '"' ? at + 1 : NULL;
}

static const char *read_value(const char *at, struct json *value);

static const char *read_elements(const char *at, struct json *value, char end)
{
	struct json **last = &value->first;
	struct json key = {};

	at = skip_space(at + 1);
	if (*at == end)
		return at + 1;
	for (;;) {
		*last = json_alloc(sizeof(**last));
		if (end == '}') {
			if (*at != '"' || !(at = read_string(at, &key)) || *(at = skip_space(at)) != ':')
				return NULL;
			(*last)->key = key.text;
			at++;
		}
		at = read_value(at, *last);
		if (!at)
			return NULL;
		last = &(*last)->next;
		at = skip_space(at);
		if (*at == end)
			return at + 1;
		if (*at++ != ',')
			return NULL;
		at = skip_space(at);
	}
}

static const char *read_value(const char *at, struct json *value)
{
	char *end;

	at = skip_space(at);
	value->text = at;
	if (*at == '"')
		return read_string(at, value);
	if (*at == '[' || *at == '{') {
		value->type = *at == '[' ? JSON_ARRAY : JSON_OBJECT;
		end = (char *)read_elements(at, value, *at == '[' ? ']' : '}');
	} else if (strncmp(at, "null", 4) == 0) {
		end = (char *)at + 4;
	} else {
		value->type = JSON_NUMBER;
		value->number = strtol(at, &end, 10);
		if (end == at)
			return NULL;
	}
	value->length = end ? end - at : 0;
	return end;
}

struct json *json_read(const char *text)
{
	struct json *value = json_alloc(sizeof(*value));
	const char *end = read_value(text, value);

	return end && !*skip_space(end) ? value : NULL;
}

struct json *json_member(const struct json *object, const char *key)
{
	struct json *member = object ? object->first : NULL;

	while (member && (!member->key || strcmp(member->key, key) != 0))
		member = member->next;
	return member;
}

struct json *json_at(const struct json *array, unsigned int n)
{
	struct json *element = array ? array->first : NULL;

	while (element && n-- > 0)
		element = element->next;
	return element;
}

const char *json_text(const struct json *array, unsigned int n)
{
	struct json *element = json_at(array, n);

	return element && element->type == JSON_STRING ? element->text : "";
}
