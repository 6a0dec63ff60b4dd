// SPDX-License-Identifier: GPL-2.0
/*
 * zcrypt: the default drivers of cards and queues, CEX4 to CEX8.
 *
 * Copyright IBM Corp. 2012, 2022
 * Author(s): Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12.
 */
import { module } from "#linux/module.h";
import { device_initcall, early_initcall } from "#linux/init.h";
import { atomic_set } from "#linux/atomic.h";
import {
	AP_DEVICE_ID_MATCH_CARD_TYPE, AP_DEVICE_ID_MATCH_QUEUE_TYPE,
} from "#linux/mod_devicetable.h";
import {
	AP_DEVICE_TYPE_CEX4, AP_DEVICE_TYPE_CEX5, AP_DEVICE_TYPE_CEX6, AP_DEVICE_TYPE_CEX7,
	AP_DEVICE_TYPE_CEX8, AP_DRIVER_FLAG_DEFAULT, ap_device_id, ap_driver, ap_driver_register,
	ap_driver_unregister, ap_queue_init_reply, ap_queue_init_state, to_ap_card, to_ap_queue,
	type ap_device,
} from "./ap_bus.h.ts";
import {
	ZCRYPT_CEX3C, ZCRYPT_CEX4, ZCRYPT_CEX5, ZCRYPT_CEX6, zcrypt_card_alloc, zcrypt_card_free,
	zcrypt_card_register, zcrypt_card_unregister, zcrypt_msgtype, zcrypt_queue_alloc,
	zcrypt_queue_free, zcrypt_queue_register, zcrypt_queue_unregister, type zcrypt_card,
	type zcrypt_queue,
} from "./zcrypt_api.h.ts";
import {
	MSGTYPE06_NAME, MSGTYPE06_VARIANT_DEFAULT, MSGTYPE06_VARIANT_EP11,
} from "./zcrypt_msgtype6.h.ts";
import { MSGTYPE50_NAME, MSGTYPE50_VARIANT_DEFAULT } from "./zcrypt_msgtype50.h.ts";
import {
	DEVICE_ATTR_RO, attribute_group, dev_get_drvdata, dev_set_drvdata,
	sysfs_emit, sysfs_emit_at,
	type device, type device_attribute,
} from "#linux/device.h";
import { ENODEV, ENOMEM } from "#linux/errno.h";
import { HZ } from "#linux/jiffies.h";
import type { char_buf } from "#linux/sprintf.h";
import { sysfs_create_group, sysfs_remove_group } from "#linux/sysfs.h";
import { AP_QID_CARD, AP_QID_QUEUE } from "#asm/ap.h";
import { AUTOSEL_DOM } from "#asm/zcrypt.h";
import { mod_sysfs_setup, mod_sysfs_state } from "../../base/module.ts";
import { cca_get_info, cca_info } from "./zcrypt_ccamisc.ts";
import {
	ep11_card_info, ep11_domain_info, ep11_get_card_info, ep11_get_domain_info,
} from "./zcrypt_ep11misc.ts";

/* PORT: in C the name is each module's own */
const THIS_MODULE = new module("zcrypt_cex4");

const CEX4A_MIN_MOD_SIZE = 1;		/* 8 bits */
const CEX4A_MAX_MOD_SIZE_2K = 256;	/* 2048 bits */
const CEX4A_MAX_MOD_SIZE_4K = 512;	/* 4096 bits */

const CEX4C_MIN_MOD_SIZE = 16;		/* 256 bits */
const CEX4C_MAX_MOD_SIZE = 512;		/* 4096 bits */

/*
 * How long a request may take, in ticks. Some take long; the firmware itself
 * gives up much earlier.
 */
const CEX4_CLEANUP_TIME = 900 * HZ;

const zcrypt_cex4_card_ids = [
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX4,
			   match_flags: AP_DEVICE_ID_MATCH_CARD_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX5,
			   match_flags: AP_DEVICE_ID_MATCH_CARD_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX6,
			   match_flags: AP_DEVICE_ID_MATCH_CARD_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX7,
			   match_flags: AP_DEVICE_ID_MATCH_CARD_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX8,
			   match_flags: AP_DEVICE_ID_MATCH_CARD_TYPE }),
];

const zcrypt_cex4_queue_ids = [
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX4,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX5,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX6,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX7,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX8,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
];

/* Additional attributes of CCA cards. */

/**
 * cca_serialnr_show - the card's serial number
 * @dev: the card's device
 * @attr: its serialnr attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function cca_serialnr_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const zc = dev_get_drvdata<zcrypt_card>(dev);
	const ci = new cca_info();
	const ac = to_ap_card(dev);

	cca_get_info(ac.id, AUTOSEL_DOM, ci, zc.online);

	return sysfs_emit(buf, "%s\n", ci.serial);
}

const dev_attr_cca_serialnr = DEVICE_ATTR_RO("serialnr", cca_serialnr_show);

const cca_card_attr_grp = new attribute_group({
	attrs: [dev_attr_cca_serialnr.attr],
});

/* Additional attributes of CCA queues. */

/* PORT: in C inside of cca_mkvps_show() */
const cao_state = ["invalid", "valid"];
const new_state = ["empty", "partial", "full"];

/* PORT: a line of cca_mkvps_show(), where each is written out */
function cca_mkvp_emit(
	buf: char_buf, n: number, what: string, names: readonly string[], state: string,
	...mkvp: bigint[]
): number {
	const name = names[Number(state) - 1];

	if (state === "" || name === undefined)
		return sysfs_emit_at(buf, n, "%s: - -\n", what);
	return sysfs_emit_at(buf, n, "%s: %s 0x%s\n", what, name,
			     mkvp.map((part) => part.toString(16).padStart(16, "0")).join(""));
}

/**
 * cca_mkvps_show - states and verification patterns of a domain's master keys
 * @dev: the queue's device
 * @attr: its mkvps attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function cca_mkvps_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const zq = dev_get_drvdata<zcrypt_queue>(dev);
	let n = 0;
	const ci = new cca_info();

	cca_get_info(AP_QID_CARD(zq.queue!.qid),
		     AP_QID_QUEUE(zq.queue!.qid),
		     ci, zq.online);

	n += cca_mkvp_emit(buf, n, "AES NEW", new_state, ci.new_aes_mk_state, ci.new_aes_mkvp);
	n += cca_mkvp_emit(buf, n, "AES CUR", cao_state, ci.cur_aes_mk_state, ci.cur_aes_mkvp);
	n += cca_mkvp_emit(buf, n, "AES OLD", cao_state, ci.old_aes_mk_state, ci.old_aes_mkvp);
	n += cca_mkvp_emit(buf, n, "APKA NEW", new_state, ci.new_apka_mk_state, ci.new_apka_mkvp);
	n += cca_mkvp_emit(buf, n, "APKA CUR", cao_state, ci.cur_apka_mk_state, ci.cur_apka_mkvp);
	n += cca_mkvp_emit(buf, n, "APKA OLD", cao_state, ci.old_apka_mk_state, ci.old_apka_mkvp);
	n += cca_mkvp_emit(buf, n, "ASYM NEW", new_state, ci.new_asym_mk_state,
			   ...ci.new_asym_mkvp);
	n += cca_mkvp_emit(buf, n, "ASYM CUR", cao_state, ci.cur_asym_mk_state,
			   ...ci.cur_asym_mkvp);
	n += cca_mkvp_emit(buf, n, "ASYM OLD", cao_state, ci.old_asym_mk_state,
			   ...ci.old_asym_mkvp);

	return n;
}

const dev_attr_cca_mkvps = DEVICE_ATTR_RO("mkvps", cca_mkvps_show);

const cca_queue_attr_grp = new attribute_group({
	attrs: [dev_attr_cca_mkvps.attr],
});

/* Additional attributes of EP11 cards. */

/* PORT: what the show functions of an EP11 card begin with */
function ep11_card_info_of(dev: device): ep11_card_info {
	const zc = dev_get_drvdata<zcrypt_card>(dev);
	const ci = new ep11_card_info();
	const ac = to_ap_card(dev);

	ep11_get_card_info(ac.id, ci, zc.online);
	return ci;
}

/**
 * ep11_api_ordinalnr_show - the version of the interface that the card has
 * @dev: the card's device
 * @attr: its API_ordinalnr attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function ep11_api_ordinalnr_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ci = ep11_card_info_of(dev);

	if (ci.API_ord_nr > 0)
		return sysfs_emit(buf, "%u\n", ci.API_ord_nr);
	else
		return sysfs_emit(buf, "\n");
}

const dev_attr_ep11_api_ordinalnr = DEVICE_ATTR_RO("API_ordinalnr", ep11_api_ordinalnr_show);

/**
 * ep11_fw_version_show - the version of the firmware, major and minor
 * @dev: the card's device
 * @attr: its FW_version attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function ep11_fw_version_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ci = ep11_card_info_of(dev);

	if (ci.FW_version > 0)
		return sysfs_emit(buf, "%d.%d\n",
				  ci.FW_version >> 8,
				  ci.FW_version & 0xff);
	else
		return sysfs_emit(buf, "\n");
}

const dev_attr_ep11_fw_version = DEVICE_ATTR_RO("FW_version", ep11_fw_version_show);

/**
 * ep11_serialnr_show - the card's serial number
 * @dev: the card's device
 * @attr: its serialnr attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function ep11_serialnr_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "%s\n", ep11_card_info_of(dev).serial);
}

const dev_attr_ep11_serialnr = DEVICE_ATTR_RO("serialnr", ep11_serialnr_show);

const ep11_op_modes = [
	{ mode_bit: 0n, mode_txt: "FIPS2009" },
	{ mode_bit: 1n, mode_txt: "BSI2009" },
	{ mode_bit: 2n, mode_txt: "FIPS2011" },
	{ mode_bit: 3n, mode_txt: "BSI2011" },
	{ mode_bit: 4n, mode_txt: "SIGG-IMPORT" },
	{ mode_bit: 5n, mode_txt: "SIGG" },
	{ mode_bit: 6n, mode_txt: "BSICC2017" },
	{ mode_bit: 7n, mode_txt: "FIPS2021" },
	{ mode_bit: 8n, mode_txt: "FIPS2024" },
];

/* PORT: the loop that the two show functions for modes have in common */
function ep11_op_modes_emit(op_mode: bigint, buf: char_buf): number {
	const names = ep11_op_modes.filter(({ mode_bit }) => (op_mode & (1n << mode_bit)) !== 0n)
		.map(({ mode_txt }) => mode_txt);

	return sysfs_emit(buf, "%s\n", names.join(" "));
}

/**
 * ep11_card_op_modes_show - the modes the card may operate in, by name
 * @dev: the card's device
 * @attr: its op_modes attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function ep11_card_op_modes_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return ep11_op_modes_emit(ep11_card_info_of(dev).op_mode, buf);
}

const dev_attr_ep11_card_op_modes = DEVICE_ATTR_RO("op_modes", ep11_card_op_modes_show);

const ep11_card_attr_grp = new attribute_group({
	attrs: [
		dev_attr_ep11_api_ordinalnr.attr,
		dev_attr_ep11_fw_version.attr,
		dev_attr_ep11_serialnr.attr,
		dev_attr_ep11_card_op_modes.attr,
	],
});

/* Additional attributes of EP11 queues. */

/* PORT: what the show functions of an EP11 queue begin with */
function ep11_domain_info_of(dev: device): ep11_domain_info {
	const zq = dev_get_drvdata<zcrypt_queue>(dev);
	const di = new ep11_domain_info();

	if (zq.online)
		ep11_get_domain_info(AP_QID_CARD(zq.queue!.qid),
				     AP_QID_QUEUE(zq.queue!.qid),
				     di);
	return di;
}

/* PORT: in C inside of ep11_mkvps_show() */
const cwk_state = ["invalid", "valid"];
const nwk_state = ["empty", "uncommitted", "committed"];

/* PORT: a line of ep11_mkvps_show(), where each is written out; "0" has no pattern */
function ep11_wkvp_emit(
	buf: char_buf, n: number, what: string, names: readonly string[], state: string,
	wkvp: readonly bigint[],
): number {
	if (state === "")
		return sysfs_emit_at(buf, n, "%s: - -\n", what);
	if (state === "0")
		return sysfs_emit_at(buf, n, "%s: %s -\n", what, names[0]);
	return sysfs_emit_at(buf, n, "%s: %s 0x%s\n", what, names[Number(state)],
			     wkvp.map((part) => part.toString(16).padStart(16, "0")).join(""));
}

/**
 * ep11_mkvps_show - states and verification patterns of a domain's wrapping keys
 * @dev: the queue's device
 * @attr: its mkvps attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function ep11_mkvps_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const di = ep11_domain_info_of(dev);
	let n = 0;

	n += ep11_wkvp_emit(buf, n, "WK CUR", cwk_state, di.cur_wk_state, di.cur_wkvp);
	n += ep11_wkvp_emit(buf, n, "WK NEW", nwk_state, di.new_wk_state, di.new_wkvp);

	return n;
}

const dev_attr_ep11_mkvps = DEVICE_ATTR_RO("mkvps", ep11_mkvps_show);

/**
 * ep11_queue_op_modes_show - the modes the domain operates in, by name
 * @dev: the queue's device
 * @attr: its op_modes attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function ep11_queue_op_modes_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return ep11_op_modes_emit(ep11_domain_info_of(dev).op_mode, buf);
}

const dev_attr_ep11_queue_op_modes = DEVICE_ATTR_RO("op_modes", ep11_queue_op_modes_show);

const ep11_queue_attr_grp = new attribute_group({
	attrs: [
		dev_attr_ep11_mkvps.attr,
		dev_attr_ep11_queue_op_modes.attr,
	],
});

/*
 * How long each kind of request takes, in no unit. In C these are inside of
 * zcrypt_cex4_card_probe().
 */
const CEX4A_SPEED_IDX = [14, 19, 249, 42, 228, 1458, 0, 0];
const CEX5A_SPEED_IDX = [8, 9, 20, 18, 66, 458, 0, 0];
const CEX6A_SPEED_IDX = [6, 9, 20, 17, 65, 438, 0, 0];
const CEX7A_SPEED_IDX = [6, 8, 17, 15, 54, 362, 0, 0];
const CEX8A_SPEED_IDX = [6, 8, 17, 15, 54, 362, 0, 0];

const CEX4C_SPEED_IDX = [59, 69, 308, 83, 278, 2204, 209, 40];
const CEX5C_SPEED_IDX = [24, 31, 50, 37, 90, 479, 27, 10];
const CEX6C_SPEED_IDX = [16, 20, 32, 27, 77, 455, 24, 9];
const CEX7C_SPEED_IDX = [14, 16, 26, 23, 64, 376, 23, 8];
const CEX8C_SPEED_IDX = [14, 16, 26, 23, 64, 376, 23, 8];

const CEX4P_SPEED_IDX = [0, 0, 0, 0, 0, 0, 0, 50];
const CEX5P_SPEED_IDX = [0, 0, 0, 0, 0, 0, 0, 10];
const CEX6P_SPEED_IDX = [0, 0, 0, 0, 0, 0, 0, 9];
const CEX7P_SPEED_IDX = [0, 0, 0, 0, 0, 0, 0, 8];
const CEX8P_SPEED_IDX = [0, 0, 0, 0, 0, 0, 0, 8];

/**
 * zcrypt_cex4_card_probe - take a card
 * @ap_dev: its AP device, of a type that is in the table
 *
 * User space knows some types by the number of an older one.
 *
 * Context: takes zcrypt_list_lock.
 * Return: 0, -ENOMEM, -ENODEV for a card of no known mode, or an error of sysfs.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function zcrypt_cex4_card_probe(ap_dev: ap_device): number {
	const ac = to_ap_card(ap_dev.device);
	let rc = 0;

	const zc = zcrypt_card_alloc();
	if (!zc)
		return -ENOMEM;
	zc.card = ac;
	dev_set_drvdata(ap_dev.device, zc);
	if (ac.hwinfo.accel) {
		if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX4) {
			zc.type_string = "CEX4A";
			zc.user_space_type = ZCRYPT_CEX4;
			zc.speed_rating = CEX4A_SPEED_IDX;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX5) {
			zc.type_string = "CEX5A";
			zc.user_space_type = ZCRYPT_CEX5;
			zc.speed_rating = CEX5A_SPEED_IDX;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX6) {
			zc.type_string = "CEX6A";
			zc.user_space_type = ZCRYPT_CEX6;
			zc.speed_rating = CEX6A_SPEED_IDX;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX7) {
			zc.type_string = "CEX7A";
			zc.speed_rating = CEX7A_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX6;
		} else {
			zc.type_string = "CEX8A";
			zc.speed_rating = CEX8A_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX6;
		}
		zc.min_mod_size = CEX4A_MIN_MOD_SIZE;
		if (ac.hwinfo.mex4k && ac.hwinfo.crt4k) {
			zc.max_mod_size = CEX4A_MAX_MOD_SIZE_4K;
			zc.max_exp_bit_length =
				CEX4A_MAX_MOD_SIZE_4K;
		} else {
			zc.max_mod_size = CEX4A_MAX_MOD_SIZE_2K;
			zc.max_exp_bit_length =
				CEX4A_MAX_MOD_SIZE_2K;
		}
	} else if (ac.hwinfo.cca) {
		if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX4) {
			zc.type_string = "CEX4C";
			zc.speed_rating = CEX4C_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX3C;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX5) {
			zc.type_string = "CEX5C";
			zc.speed_rating = CEX5C_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX3C;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX6) {
			zc.type_string = "CEX6C";
			zc.speed_rating = CEX6C_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX3C;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX7) {
			zc.type_string = "CEX7C";
			zc.speed_rating = CEX7C_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX3C;
		} else {
			zc.type_string = "CEX8C";
			zc.speed_rating = CEX8C_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX3C;
		}
		zc.min_mod_size = CEX4C_MIN_MOD_SIZE;
		zc.max_mod_size = CEX4C_MAX_MOD_SIZE;
		zc.max_exp_bit_length = CEX4C_MAX_MOD_SIZE;
	} else if (ac.hwinfo.ep11) {
		if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX4) {
			zc.type_string = "CEX4P";
			zc.user_space_type = ZCRYPT_CEX4;
			zc.speed_rating = CEX4P_SPEED_IDX;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX5) {
			zc.type_string = "CEX5P";
			zc.user_space_type = ZCRYPT_CEX5;
			zc.speed_rating = CEX5P_SPEED_IDX;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX6) {
			zc.type_string = "CEX6P";
			zc.user_space_type = ZCRYPT_CEX6;
			zc.speed_rating = CEX6P_SPEED_IDX;
		} else if (ac.ap_dev.device_type === AP_DEVICE_TYPE_CEX7) {
			zc.type_string = "CEX7P";
			zc.speed_rating = CEX7P_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX6;
		} else {
			zc.type_string = "CEX8P";
			zc.speed_rating = CEX8P_SPEED_IDX;
			zc.user_space_type = ZCRYPT_CEX6;
		}
		zc.min_mod_size = CEX4C_MIN_MOD_SIZE;
		zc.max_mod_size = CEX4C_MAX_MOD_SIZE;
		zc.max_exp_bit_length = CEX4C_MAX_MOD_SIZE;
	} else {
		zcrypt_card_free(zc);
		return -ENODEV;
	}
	zc.online = 1;

	rc = zcrypt_card_register(zc);
	if (rc) {
		zcrypt_card_free(zc);
		return rc;
	}

	if (ac.hwinfo.cca) {
		rc = sysfs_create_group(ap_dev.device.kobj,
					cca_card_attr_grp);
		if (rc) {
			zcrypt_card_unregister(zc);
			zcrypt_card_free(zc);
		}
	} else if (ac.hwinfo.ep11) {
		rc = sysfs_create_group(ap_dev.device.kobj,
					ep11_card_attr_grp);
		if (rc) {
			zcrypt_card_unregister(zc);
			zcrypt_card_free(zc);
		}
	}

	return rc;
}

/**
 * zcrypt_cex4_card_remove - give a card up
 * @ap_dev: its AP device
 *
 * Context: takes zcrypt_list_lock.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function zcrypt_cex4_card_remove(ap_dev: ap_device): void {
	const zc = dev_get_drvdata<zcrypt_card>(ap_dev.device);
	const ac = to_ap_card(ap_dev.device);

	if (ac.hwinfo.cca)
		sysfs_remove_group(ap_dev.device.kobj, cca_card_attr_grp);
	else if (ac.hwinfo.ep11)
		sysfs_remove_group(ap_dev.device.kobj, ep11_card_attr_grp);

	zcrypt_card_unregister(zc);
}

let zcrypt_cex4_card_driver: ap_driver;

/**
 * zcrypt_cex4_queue_probe - take a queue, and start its state machine
 * @ap_dev: its AP device, of a type that is in the table
 *
 * Context: takes aq->lock, zcrypt_list_lock.
 * Return: 0, -ENOMEM, -ENODEV for a card of no known mode, or an error of sysfs.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function zcrypt_cex4_queue_probe(ap_dev: ap_device): number {
	const aq = to_ap_queue(ap_dev.device);
	let zq, rc;

	if (aq.card!.hwinfo.accel) {
		zq = zcrypt_queue_alloc(aq.card!.maxmsgsize);
		if (!zq)
			return -ENOMEM;
		zq.ops = zcrypt_msgtype(MSGTYPE50_NAME,
					MSGTYPE50_VARIANT_DEFAULT);
	} else if (aq.card!.hwinfo.cca) {
		zq = zcrypt_queue_alloc(aq.card!.maxmsgsize);
		if (!zq)
			return -ENOMEM;
		zq.ops = zcrypt_msgtype(MSGTYPE06_NAME,
					MSGTYPE06_VARIANT_DEFAULT);
	} else if (aq.card!.hwinfo.ep11) {
		zq = zcrypt_queue_alloc(aq.card!.maxmsgsize);
		if (!zq)
			return -ENOMEM;
		zq.ops = zcrypt_msgtype(MSGTYPE06_NAME,
					MSGTYPE06_VARIANT_EP11);
	} else {
		return -ENODEV;
	}

	zq.queue = aq;
	zq.online = 1;
	atomic_set(zq.load, 0);
	ap_queue_init_state(aq);
	ap_queue_init_reply(aq, zq.reply!);
	aq.request_timeout = CEX4_CLEANUP_TIME;
	dev_set_drvdata(ap_dev.device, zq);
	rc = zcrypt_queue_register(zq);
	if (rc) {
		zcrypt_queue_free(zq);
		return rc;
	}

	if (aq.card!.hwinfo.cca) {
		rc = sysfs_create_group(ap_dev.device.kobj,
					cca_queue_attr_grp);
		if (rc) {
			zcrypt_queue_unregister(zq);
			zcrypt_queue_free(zq);
		}
	} else if (aq.card!.hwinfo.ep11) {
		rc = sysfs_create_group(ap_dev.device.kobj,
					ep11_queue_attr_grp);
		if (rc) {
			zcrypt_queue_unregister(zq);
			zcrypt_queue_free(zq);
		}
	}

	return rc;
}

/**
 * zcrypt_cex4_queue_remove - give a queue up
 * @ap_dev: its AP device, on which ap_queue_prepare_remove() has been called
 *
 * Context: takes zcrypt_list_lock.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
function zcrypt_cex4_queue_remove(ap_dev: ap_device): void {
	const zq = dev_get_drvdata<zcrypt_queue>(ap_dev.device);
	const aq = to_ap_queue(ap_dev.device);

	if (aq.card!.hwinfo.cca)
		sysfs_remove_group(ap_dev.device.kobj, cca_queue_attr_grp);
	else if (aq.card!.hwinfo.ep11)
		sysfs_remove_group(ap_dev.device.kobj, ep11_queue_attr_grp);

	zcrypt_queue_unregister(zq);
}

let zcrypt_cex4_queue_driver: ap_driver;

early_initcall(() => {
	zcrypt_cex4_card_driver = new ap_driver({
		probe: zcrypt_cex4_card_probe,
		remove: zcrypt_cex4_card_remove,
		ids: zcrypt_cex4_card_ids,
		flags: AP_DRIVER_FLAG_DEFAULT,
	});
	zcrypt_cex4_queue_driver = new ap_driver({
		probe: zcrypt_cex4_queue_probe,
		remove: zcrypt_cex4_queue_remove,
		ids: zcrypt_cex4_queue_ids,
		flags: AP_DRIVER_FLAG_DEFAULT,
	});
});

/**
 * zcrypt_cex4_init - load the drivers
 *
 * Return: 0, or the error of what could not be registered.
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
export function zcrypt_cex4_init(): number {
	let rc;

	rc = ap_driver_register(zcrypt_cex4_card_driver,
				THIS_MODULE, "cex4card");
	if (rc)
		return rc;

	rc = ap_driver_register(zcrypt_cex4_queue_driver,
				THIS_MODULE, "cex4queue");
	if (rc)
		ap_driver_unregister(zcrypt_cex4_card_driver);

	return rc;
}

/**
 * zcrypt_cex4_exit - unload the drivers
 *
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12
 */
export function zcrypt_cex4_exit(): void {
	ap_driver_unregister(zcrypt_cex4_queue_driver);
	ap_driver_unregister(zcrypt_cex4_card_driver);
}

/* PORT: modprobe */
device_initcall(() => {
	mod_sysfs_setup(THIS_MODULE);
	zcrypt_cex4_init();
	mod_sysfs_state(THIS_MODULE, "live");
});
