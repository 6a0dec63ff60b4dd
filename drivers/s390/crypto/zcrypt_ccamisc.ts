// SPDX-License-Identifier: GPL-2.0+
/*
 * zcrypt: what a CCA card tells of itself.
 *
 * Copyright IBM Corp. 2019
 * Author(s): Harald Freudenberger <freude@linux.ibm.com>
 *	      Ingo Franzki <ifranzki@linux.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_ccamisc.c, Linux 6.12.
 * PORT: cca_get_info() only: the rest is keys, which nothing here has.
 */
import { ENODEV } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import { cca_facility } from "../sim/card_firmware.ts";
import { zcrypt_pick_queue } from "./zcrypt_api.h.ts";

/** class cca_info - what is known of a CCA card or one of its domains */
export class cca_info {
	new_aes_mk_state = "";		/* "1" empty, "2" partially full, "3" full */
	cur_aes_mk_state = "";		/* "1" invalid, "2" valid */
	old_aes_mk_state = "";		/* "1" invalid, "2" valid */
	new_apka_mk_state = "";
	cur_apka_mk_state = "";
	old_apka_mk_state = "";
	new_asym_mk_state = "";
	cur_asym_mk_state = "";
	old_asym_mk_state = "";
	new_aes_mkvp = 0n;
	cur_aes_mkvp = 0n;
	old_aes_mkvp = 0n;
	new_apka_mkvp = 0n;
	cur_apka_mkvp = 0n;
	old_apka_mkvp = 0n;
	new_asym_mkvp = [0n, 0n];
	cur_asym_mkvp = [0n, 0n];
	old_asym_mkvp = [0n, 0n];
	serial = "";
}

/* By card and domain. */
let cca_info_list = new Map<string, cca_info>();

early_initcall(() => {
	cca_info_list = new Map();
});

/* PORT: returns the copy, or null for -ENOENT */
function cca_info_cache_fetch(cardnr: number, domain: number): cca_info | null {
	return cca_info_list.get(`${cardnr}.${domain}`) ?? null;
}

function cca_info_cache_update(cardnr: number, domain: number, ci: cca_info): void {
	cca_info_list.set(`${cardnr}.${domain}`, ci);
}

/* PORT: the two requests of C are one question to the card */
function fetch_cca_info(cardnr: number, domain: number): cca_info | null {
	const qid = zcrypt_pick_queue(cardnr, domain);

	if (qid === null)
		return null;
	const { serial, aes, apka, asym } = cca_facility(qid);
	const ci = new cca_info();

	ci.serial = serial;
	ci.new_asym_mk_state = ci.new_aes_mk_state = ci.new_apka_mk_state = "1";
	ci.cur_asym_mk_state = ci.cur_aes_mk_state = ci.cur_apka_mk_state = "2";
	ci.old_asym_mk_state = ci.old_aes_mk_state = ci.old_apka_mk_state = "1";
	ci.cur_asym_mkvp = asym;
	ci.cur_aes_mkvp = aes;
	ci.cur_apka_mkvp = apka;
	return ci;
}

/**
 * cca_get_info - what a CCA card or one of its domains tells
 * @card, @dom: which; AUTOSEL_DOM for the card
 * @ci: filled; empty when nobody answers
 * @verify: whether to ask although it is known
 *
 * Return: 0, or -ENODEV.
 * C: drivers/s390/crypto/zcrypt_ccamisc.c, Linux 6.12
 */
export function cca_get_info(card: number, dom: number, ci: cca_info, verify: number): number {
	const known = cca_info_cache_fetch(card, dom);

	if (known !== null && !verify) {
		Object.assign(ci, known);
		return 0;
	}
	const fetched = fetch_cca_info(card, dom);

	if (fetched === null)
		return -ENODEV;
	cca_info_cache_update(card, dom, fetched);
	Object.assign(ci, fetched);
	return 0;
}
