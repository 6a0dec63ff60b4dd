// SPDX-License-Identifier: GPL-2.0-only
/*
 * One line that somebody types: a step of the notation, or what is typed at a shell.
 */
import { errors_of_line, begins_statement } from "../../lib/scenario/parse.ts";
import type { scenario, statement } from "../../lib/scenario/model.ts";
import { print_step } from "../../lib/scenario/print.ts";
import { operations } from "../../lib/scenario/operations.ts";
import { expectations } from "../../lib/scenario/expectations.ts";
import { mdev_uuid } from "../../lib/lab/names.ts";
import { body_of } from "../../lib/mail/bodies.ts";
