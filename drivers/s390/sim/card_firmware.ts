// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a card's firmware tells of itself: serial number, versions, modes, and the patterns by which
 * the master keys of a domain are known. On a real machine it is the answer to a request; here
 * zcrypt asks directly, if it could have sent one.
 *
 * Each card has a serial number of its own, each domain its own current keys, no old ones, and
 * none that are about to be set.
 */
import { AP_QID_CARD } from "#asm/ap.h";

/* Says "SIM" and the adapter, as long as a real one. */
const CCA_SERIAL_LENGTH = 8;
const EP11_SERIAL_LENGTH = 16;

const EP11_API = 6;
const EP11_FIRMWARE = 0x0815;

/* FIPS 2011, BSI 2011, as bits. */
const EP11_MODES = 0b1100n;

const GOLDEN_RATIO = 0x9e3779b97f4a7c15n;

function serial(qid: number, length: number): string {
	return `SIM${AP_QID_CARD(qid).toString(16).toUpperCase().padStart(length - 3, "0")}`;
}

/* A pattern that no other domain, and no other of its keys, has. */
function pattern(qid: number, key: number): bigint {
	return BigInt.asUintN(64, BigInt((qid << 3 | key) + 1) * GOLDEN_RATIO);
}

/**
 * struct cca_answer - what a CCA card says
 * @aes, @apka: the pattern of the current key
 * @asym: of the one for RSA, in two halves
 */
export interface cca_answer {
	serial: string;
	aes: bigint;
	apka: bigint;
	asym: [bigint, bigint];
}

/** cca_facility - ask a CCA card by one of its queues */
export function cca_facility(qid: number): cca_answer {
	return {
		serial: serial(qid, CCA_SERIAL_LENGTH), aes: pattern(qid, 0), apka: pattern(qid, 1),
		asym: [pattern(qid, 2), pattern(qid, 3)],
	};
}

/**
 * struct ep11_answer - what an EP11 card says
 * @wk: the pattern of the current wrapping key, in four parts
 */
export interface ep11_answer {
	api: number;
	firmware: number;
	serial: string;
	modes: bigint;
	wk: bigint[];
}

/** ep11_facility - ask an EP11 card by one of its queues */
export function ep11_facility(qid: number): ep11_answer {
	return {
		api: EP11_API, firmware: EP11_FIRMWARE, serial: serial(qid, EP11_SERIAL_LENGTH),
		modes: EP11_MODES, wk: [0, 1, 2, 3].map((part) => pattern(qid, part)),
	};
}
