// SPDX-License-Identifier: GPL-2.0+
/*
 * zcrypt: what an EP11 card tells of itself.
 *
 * Copyright IBM Corp. 2019
 * Author(s): Harald Freudenberger <freude@linux.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_ep11misc.c, Linux 6.12.
 * PORT: ep11_get_card_info() and ep11_get_domain_info() only: the rest is keys, which nothing here
 * has.
 */
import { ENODEV } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import { AUTOSEL_DOM } from "#asm/zcrypt.h";
import { ep11_facility } from "../sim/card_firmware.ts";
import { zcrypt_pick_queue } from "./zcrypt_api.h.ts";

/** class ep11_card_info - what is known of an EP11 card */
export class ep11_card_info {
	API_ord_nr = 0;
	FW_version = 0;			/* major and minor, a byte each */
	serial = "";
	op_mode = 0n;
}

/** class ep11_domain_info - what is known of a domain of one */
export class ep11_domain_info {
	cur_wk_state = "";		/* "0" invalid, "1" valid */
	new_wk_state = "";		/* "0" empty, "1" uncommitted, "2" committed */
	cur_wkvp: bigint[] = [0n, 0n, 0n, 0n];
	new_wkvp: bigint[] = [0n, 0n, 0n, 0n];
	op_mode = 0n;
}

/* By card. */
let card_list = new Map<number, ep11_card_info>();

early_initcall(() => {
	card_list = new Map();
});

/**
 * ep11_get_card_info - what an EP11 card tells
 * @card: which
 * @info: filled; as it was when nobody answers
 * @verify: whether to ask although it is known
 *
 * Return: 0, or -ENODEV.
 * C: drivers/s390/crypto/zcrypt_ep11misc.c, Linux 6.12
 */
export function ep11_get_card_info(card: number, info: ep11_card_info, verify: number): number {
	const known = card_list.get(card);

	if (known !== undefined)
		Object.assign(info, known);
	if (known !== undefined && !verify)
		return 0;
	/* PORT: the request of C is a question to the card */
	const qid = zcrypt_pick_queue(card, AUTOSEL_DOM);

	if (qid === null) {
		card_list.delete(card);
		return -ENODEV;
	}
	const { api, firmware, serial, modes } = ep11_facility(qid);

	info.API_ord_nr = api;
	info.FW_version = firmware;
	info.serial = serial;
	info.op_mode = modes;
	card_list.set(card, Object.assign(new ep11_card_info(), info));
	return 0;
}

/**
 * ep11_get_domain_info - what a domain of an EP11 card tells
 * @card, @domain: which
 * @info: filled; as it was when nobody answers
 *
 * Return: 0, or -ENODEV.
 * C: drivers/s390/crypto/zcrypt_ep11misc.c, Linux 6.12
 */
export function ep11_get_domain_info(
	card: number, domain: number, info: ep11_domain_info,
): number {
	/* PORT: the request of C is a question to the card */
	const qid = zcrypt_pick_queue(card, domain);

	if (qid === null)
		return -ENODEV;
	const { modes, wk } = ep11_facility(qid);

	info.cur_wk_state = "1";
	info.new_wk_state = "0";
	info.cur_wkvp = wk;
	info.op_mode = modes;
	return 0;
}
