// SPDX-License-Identifier: GPL-2.0
/*
 * zcrypt: the default drivers of cards and queues, CEX4 to CEX8.
 *
 * Copyright IBM Corp. 2012, 2022
 * Author(s): Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_cex4.c, Linux 6.12.
 */
import { THIS_MODULE } from "#linux/module.h";
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
import { dev_get_drvdata, dev_set_drvdata } from "#linux/device.h";
import { ENODEV, ENOMEM } from "#linux/errno.h";
import { HZ } from "#linux/jiffies.h";

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

/*
 * PORT: cca_serialnr_show(), cca_mkvps_show(), ep11_api_ordinalnr_show(), ep11_fw_version_show(),
 * ep11_serialnr_show(), ep11_card_op_modes_show(), ep11_mkvps_show(), ep11_queue_op_modes_show():
 * their text is a card's answer to a request, and none is sent here
 */

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

	/* PORT: sysfs_create_group(): the attributes of CCA and EP11 cards are left out, see above */

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

	/* PORT: sysfs_remove_group(): as in zcrypt_cex4_card_probe() */
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
	let zq;

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
	const rc = zcrypt_queue_register(zq);
	if (rc) {
		zcrypt_queue_free(zq);
		return rc;
	}

	/* PORT: sysfs_create_group(): the attributes of CCA and EP11 queues are left out, see above */

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

	/* PORT: sysfs_remove_group(): as in zcrypt_cex4_queue_probe() */
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

device_initcall(zcrypt_cex4_init);
