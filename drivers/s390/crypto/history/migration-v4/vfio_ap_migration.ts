// SPDX-License-Identifier: GPL-2.0
/*
 * Live migration of mediated devices: their state, and the data that goes from host to
 * host.
 *
 * Copyright IBM Corp. 2025
 *
 * C: drivers/s390/crypto/vfio_ap_migration.c, migration-v4 13/15
 *    <20260707090226.3206695-14-akrowiak@linux.ibm.com>
 */
import { anon_inode_getfile } from "#linux/anon_inodes.h";
import {
	AP_DEVICES, AP_DOMAINS,
	AP_RESPONSE_BUSY, AP_RESPONSE_CHECKSTOPPED, AP_RESPONSE_DECONFIGURED,
	AP_RESPONSE_NORMAL, AP_RESPONSE_Q_NOT_AVAIL, AP_RESPONSE_RESET_IN_PROGRESS, ap_attr_mutex,
	ap_get_qdev, ap_is_se_guest,
} from "../../../../v7.3/s390/crypto/ap_bus.h.ts";
import {
	ap_matrix, ap_matrix_mdev, get_update_locks_for_mdev, matrix_dev,
	release_update_locks_for_mdev, vfio_ap_mdev_get_num_queues, vfio_ap_set_new_guest_config,
} from "./vfio_ap_private.h.ts";
/* not in C's list: */
import {
	O_RDONLY, O_WRONLY, compat_ptr_ioctl, fput, stream_open, type file, type file_operations,
	type inode,
} from "#linux/fs.h";
import { AP_MKQID, AP_QID_CARD, AP_QID_QUEUE, ap_tapq, ap_tapq_hwinfo } from "#asm/ap.h";
import { for_each_set_bit_inv, set_bit_inv, test_bit_inv } from "#linux/bitops.h";
import { WARN_ON } from "#linux/bug.h";
import { container_of } from "#linux/container_of.h";
import { dev_dbg, dev_err, dev_name, put_device } from "#linux/device.h";
import { ERR_PTR, IS_ERR, type err_ptr } from "#linux/err.h";
import {
	EFAULT, EINVAL, EIO, ENODEV, ENOENT, ENOMEM, ENXIO, EPERM, ERANGE, ESPIPE,
} from "#linux/errno.h";
import { min, min_t } from "#linux/minmax.h";
import { THIS_MODULE } from "#linux/module.h";
import { lockdep_assert_held, mutex_is_locked, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { check_add_overflow } from "#linux/overflow.h";
import { pr_err } from "#linux/printk.h";
import {
	GFP_KERNEL_ACCOUNT, flexible_struct, kfree, krealloc, kzalloc_obj, kzalloc_size as kzalloc,
	uninitialised,
} from "#v7.3/linux/slab.h";
import { out } from "#linux/types.h";
import { copy_from_user, copy_to_user, pointer_to, type user_ptr } from "#linux/uaccess.h";
import {
	VFIO_DEVICE_STATE_RESUMING, VFIO_DEVICE_STATE_RUNNING, VFIO_DEVICE_STATE_STOP,
	VFIO_DEVICE_STATE_STOP_COPY, VFIO_MIGRATION_STOP_COPY, vfio_mig_get_next_state,
	type vfio_device, type vfio_device_mig_state, type vfio_migration_ops,
} from "#v7.3/linux/vfio.h";

/*
 * Of what TAPQ says of a queue, what has to be the same on both hosts: facilities and
 * modes (bits 0 to 7), class (8 to 15), bind state (16, 17), type (32 to 39).
 */
const QINFO_DATA_MASK = 0xffffc000ff000000n;

/* The bit of the class that says that a queue can do everything its card can. */
const CLASSIFICATION_NATIVE_FCN_MASK = 0x80;

/* More queues than these there are not. */
const MAX_AP_QUEUES = AP_DEVICES * AP_DOMAINS;

/**
 * class vfio_ap_migration_data - an mdev's part in a migration
 * @mig_state: the state it is in
 * @resuming_mig_state: what comes in: the stream, the configuration once all of it has
 *			come, and its size in bytes
 * @stop_copy_mig_file: the stream that goes out
 */
export class vfio_ap_migration_data {
	mig_state: vfio_device_mig_state = 0;
	resuming_mig_state = {
		filp: null as file | null,
		ap_config: null as vfio_ap_config | null,
		config_sz: 0,
	};
	stop_copy_mig_file: file | null = null;
}

/**
 * class vfio_ap_queue_info - a queue in the data
 * @data: what TAPQ leaves in general register 2
 * @apqn: the queue's number
 *
 * PORT: a view of a vfio_ap_config's bytes
 */
class vfio_ap_queue_info {
	#config: vfio_ap_config;
	#at: number;

	constructor(config: vfio_ap_config, at: number) {
		this.#config = config;
		this.#at = at;
	}

	get data(): bigint {
		return this.#config.get64(this.#at);
	}

	set data(value: bigint) {
		this.#config.set64(this.#at, value);
	}

	get apqn(): number {
		return this.#config.get(this.#at + 8, 2);
	}

	set apqn(value: number) {
		this.#config.set(this.#at + 8, 2, value);
	}
}

const SIZEOF_QUEUE_INFO = 16; /* sizeof(struct vfio_ap_queue_info): data, apqn, 6 bytes */
const SIZEOF_CONFIG = 16; /* sizeof(struct vfio_ap_config) without queues */

/**
 * class vfio_ap_config - the data: what queues a guest has
 * @num_queues: how many; 4 bytes nobody uses follow
 * @config_sz: is never set
 * @qinfo: the queues
 */
class vfio_ap_config extends flexible_struct {
	get num_queues(): number {
		return this.get(0, 4);
	}

	set num_queues(value: number) {
		this.set(0, 4, value);
	}

	get config_sz(): number {
		return Number(this.get64(8));
	}

	qinfo(i: number): vfio_ap_queue_info {
		return new vfio_ap_queue_info(this, SIZEOF_CONFIG + i * SIZEOF_QUEUE_INFO);
	}
}

/**
 * vfio_ap_release_stop_copy_file - forget the stream that goes out
 * @mig_data: the mdev's part in a migration
 *
 * C: vfio_ap_migration.c, migration-v4 06/15 <20260707090226.3206695-7-akrowiak@linux.ibm.com>
 */
function vfio_ap_release_stop_copy_file(mig_data: vfio_ap_migration_data): void {
	if (mig_data.stop_copy_mig_file)
		mig_data.stop_copy_mig_file = null;
}

/**
 * vfio_ap_release_resuming_file - forget the stream that comes in, and what came
 * @mig_data: the mdev's part in a migration
 *
 * C: vfio_ap_migration.c, migration-v4 08/15 <20260707090226.3206695-9-akrowiak@linux.ibm.com>
 */
function vfio_ap_release_resuming_file(mig_data: vfio_ap_migration_data): void {
	if (mig_data.resuming_mig_state.filp)
		mig_data.resuming_mig_state.filp = null;

	kfree(mig_data.resuming_mig_state.ap_config);
	mig_data.resuming_mig_state.ap_config = null;
	mig_data.resuming_mig_state.config_sz = 0;
}

/**
 * vfio_ap_release_mig_file - a stream was closed for the last time
 * @file_inode: its inode
 * @filp: the stream
 *
 * Context: takes no lock, and holds nothing that keeps the mdev.
 * Return: 0; -ENODEV when the mdev is not open; -ENOENT for a stream that is not one
 * of the last two. Nobody sees it.
 * C: vfio_ap_migration.c, migration-v4 08/15 <20260707090226.3206695-9-akrowiak@linux.ibm.com>
 */
function vfio_ap_release_mig_file(file_inode: inode, filp: file): number {
	const matrix_mdev = filp.private_data as ap_matrix_mdev | null;

	if (!matrix_mdev || !matrix_mdev.mig_data)
		return -ENODEV;

	if (filp === matrix_mdev.mig_data.stop_copy_mig_file)
		vfio_ap_release_stop_copy_file(matrix_mdev.mig_data);
	else if (filp === matrix_mdev.mig_data.resuming_mig_state.filp)
		vfio_ap_release_resuming_file(matrix_mdev.mig_data);
	else
		return -ENOENT;

	return 0;
}

/**
 * validate_stop_copy_read_parms - whether a stream can be read from
 * @filp: the stream
 * @pos: its position
 * @len: bytes wanted
 *
 * Context: mdevs_lock held.
 * Return: 0; -EIO when the position would overflow; -ENODEV when the mdev is not open;
 * -EINVAL when the stream is not the last one opened for reading.
 * C: vfio_ap_migration.c, migration-v4 07/15 <20260707090226.3206695-8-akrowiak@linux.ibm.com>
 */
function validate_stop_copy_read_parms(filp: file, pos: out<number>, len: number): number {
	const total_len = out(0);

	lockdep_assert_held(matrix_dev.mdevs_lock);

	if (check_add_overflow(len, pos.v, total_len))
		return -EIO;

	const matrix_mdev = filp.private_data as ap_matrix_mdev | null;

	if (!matrix_mdev || !matrix_mdev.mig_data)
		return -ENODEV;

	const mig_data = matrix_mdev.mig_data;

	if (mig_data.stop_copy_mig_file !== filp)
		return -EINVAL;

	return 0;
}

/**
 * vfio_ap_config_size - how many bytes an mdev's data are
 * @matrix_mdev: the mediated device
 * @num_queues: takes the number of queues in its shadow
 *
 * Context: mdevs_lock held.
 * Return: the size.
 * C: vfio_ap_migration.c, migration-v4 07/15 <20260707090226.3206695-8-akrowiak@linux.ibm.com>
 */
function vfio_ap_config_size(matrix_mdev: ap_matrix_mdev, num_queues: out<number>): number {
	lockdep_assert_held(matrix_dev.mdevs_lock);

	num_queues.v = vfio_ap_mdev_get_num_queues(matrix_mdev.shadow_apcb);
	const qinfo_size = num_queues.v * SIZEOF_QUEUE_INFO;

	return qinfo_size + SIZEOF_CONFIG;
}

/**
 * get_hardware_info_for_queue - ask a queue what it is
 * @mdev_name: the mdev, for messages
 * @hwinfo: takes it
 * @apqn: the queue
 *
 * A response code that is unknown is an error if it is an asynchronous one, and none
 * if it is not.
 *
 * Return: 0; -ENODEV when there is no such queue; -EIO.
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function get_hardware_info_for_queue(mdev_name: string,
				     hwinfo: ap_tapq_hwinfo,
				     apqn: number): number {
	const status = ap_tapq(apqn, hwinfo);

	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
	case AP_RESPONSE_RESET_IN_PROGRESS:
	case AP_RESPONSE_DECONFIGURED:
	case AP_RESPONSE_CHECKSTOPPED:
	case AP_RESPONSE_BUSY:
		/* In these cases the hardware says what it is */
		return 0;
	case AP_RESPONSE_Q_NOT_AVAIL:
		pr_err("vfio_ap_mdev %s: migration failed: Failed to get hwinfo for queue %02lx.%04lx on target host: TAPQ rc=%d",
		       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn), status.response_code);

		return -ENODEV;
	default:
		/* What is pending is of another request */
		if (!status.async)
			return 0;

		pr_err("vfio_ap_mdev %s: Failed to get hwinfo for queue %02lx.%04lx: TAPQ rc=%d",
		       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn), status.response_code);

		return -EIO;
	}
}

/**
 * vfio_ap_store_queue_info - fill in the queues of the data
 * @matrix_mdev: the mediated device
 * @ap_config: the data; their number is in them
 *
 * Context: mdevs_lock held.
 * Return: 0; an error of get_hardware_info_for_queue(); -EINVAL when it were not as
 * many as there should be.
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function vfio_ap_store_queue_info(matrix_mdev: ap_matrix_mdev, ap_config: vfio_ap_config): number {
	const source_hwinfo = new ap_tapq_hwinfo();
	let apqn, ret;

	lockdep_assert_held(matrix_dev.mdevs_lock);

	const mdev_name = dev_name(matrix_mdev.vdev.dev!);
	const apm = matrix_mdev.shadow_apcb.apm;
	const aqm = matrix_mdev.shadow_apcb.aqm;
	let num_queues = 0;

	for (const apid of for_each_set_bit_inv(apm, AP_DEVICES)) {
		for (const apqi of for_each_set_bit_inv(aqm, AP_DOMAINS)) {
			apqn = AP_MKQID(apid, apqi);

			ret = get_hardware_info_for_queue(mdev_name,
							  source_hwinfo, apqn);
			if (ret)
				return ret;

			ap_config.qinfo(num_queues).apqn = apqn; /* PORT: an array's element */
			/* PORT: an array's element */
			ap_config.qinfo(num_queues).data = source_hwinfo.value;
			num_queues += 1;
		}
	}

	return (num_queues !== ap_config.num_queues) ? -EINVAL : 0;
}

/**
 * vfio_ap_get_config - make an mdev's data
 * @matrix_mdev: the mediated device
 * @ap_config: takes them; they are to be freed with kfree()
 * @ap_config_size: takes their size in bytes
 *
 * Context: mdevs_lock held.
 * Return: 0; -ENOMEM; an error of vfio_ap_store_queue_info().
 * C: vfio_ap_migration.c, migration-v4 07/15 <20260707090226.3206695-8-akrowiak@linux.ibm.com>
 */
function vfio_ap_get_config(matrix_mdev: ap_matrix_mdev, ap_config: out<vfio_ap_config | null>,
			    ap_config_size: out<number>): number {
	const num_queues = out(0);
	let ret;

	ap_config_size.v = vfio_ap_config_size(matrix_mdev, num_queues);

	const ap_configuration = kzalloc(vfio_ap_config, ap_config_size.v, GFP_KERNEL_ACCOUNT);
	if (!ap_configuration)
		return -ENOMEM;

	ap_configuration.num_queues = num_queues.v;

	ret = vfio_ap_store_queue_info(matrix_mdev, ap_configuration);
	if (ret) {
		kfree(ap_configuration);
		return ret;
	}

	ap_config.v = ap_configuration;

	return 0;
}

/**
 * vfio_ap_stop_copy_read - userspace reads from a stream
 * @filp: the stream
 * @buf: where to, a userspace address
 * @len: bytes wanted
 * @pos: null: a stream has its own position
 *
 * The data are made anew for each read.
 *
 * Context: takes mdevs_lock; copies, and moves the position, without it.
 * Return: the number of bytes, 0 behind the last one; -ESPIPE; -EFAULT; an error of
 * validate_stop_copy_read_parms() or vfio_ap_get_config().
 * C: vfio_ap_migration.c, migration-v4 07/15 <20260707090226.3206695-8-akrowiak@linux.ibm.com>
 */
function vfio_ap_stop_copy_read(filp: file, buf: user_ptr, len: number,
				pos: out<number> | null): number {
	let ret = 0;
	const ap_config = out<vfio_ap_config | null>(null);
	const ap_config_size = out(0);

	if (pos)
		return -ESPIPE;

	mutex_lock(matrix_dev.mdevs_lock);

	pos = filp.f_pos;

	ret = validate_stop_copy_read_parms(filp, pos, len);
	if (ret) {
		mutex_unlock(matrix_dev.mdevs_lock);
		return ret;
	}

	const matrix_mdev = filp.private_data as ap_matrix_mdev;

	ret = vfio_ap_get_config(matrix_mdev, ap_config, ap_config_size);
	if (ret) {
		mutex_unlock(matrix_dev.mdevs_lock);
		return ret;
	}

	/* What is left of them */
	if (pos.v >= ap_config_size.v)
		len = 0;
	else
		len = min_t(ap_config_size.v - pos.v, len);

	if (len === 0) {
		kfree(ap_config.v);
		mutex_unlock(matrix_dev.mdevs_lock);
		return 0;
	}

	mutex_unlock(matrix_dev.mdevs_lock);

	/* PORT: (char *)ap_config + *pos */
	if (copy_to_user(buf, pointer_to(ap_config.v!, pos.v), len)) {
		kfree(ap_config.v);
		return -EFAULT;
	}

	kfree(ap_config.v);
	pos.v += len;
	return len;
}

const vfio_ap_stop_copy_fops: file_operations = {
	owner: THIS_MODULE,
	read: vfio_ap_stop_copy_read,
	compat_ioctl: compat_ptr_ioctl,
	release: vfio_ap_release_mig_file,
};

/**
 * vfio_ap_open_file_stream - make a stream
 * @matrix_mdev: the mediated device
 * @fops: what it does
 * @flags: O_RDONLY or O_WRONLY
 *
 * Context: mdevs_lock held.
 * Return: the stream, or ERR_PTR().
 * C: vfio_ap_migration.c, migration-v4 06/15 <20260707090226.3206695-7-akrowiak@linux.ibm.com>
 */
function vfio_ap_open_file_stream(matrix_mdev: ap_matrix_mdev, fops: file_operations,
				  flags: number): file | err_ptr {
	lockdep_assert_held(matrix_dev.mdevs_lock);

	const filp = anon_inode_getfile("vfio_ap_mig_file", fops, matrix_mdev, flags);
	if (!IS_ERR(filp))
		stream_open(filp.f_inode, filp);

	return filp;
}

/**
 * validate_resuming_write_parms - whether a stream can be written to
 * @filp: the stream
 * @len: bytes that come
 * @pos: its position
 *
 * Context: mdevs_lock held.
 * Return: 0; -ENODEV when the mdev is not open; -ENXIO when the stream is not the last
 * one opened for writing; -EINVAL and -ERANGE for its position; -EFAULT when data are
 * there at the beginning, or are not there later.
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function validate_resuming_write_parms(filp: file, len: number, pos: out<number>): number {
	const total_len = out(0);
	let ret;

	lockdep_assert_held(matrix_dev.mdevs_lock);

	const matrix_mdev = filp.private_data as ap_matrix_mdev | null;
	done: {
		if (!matrix_mdev || !matrix_mdev.mig_data) {
			ret = -ENODEV;
			break done;
		}

		if (filp !== matrix_mdev.mig_data.resuming_mig_state.filp) {
			ret = -ENXIO;
			break done;
		}

		if (pos.v < 0) {
			ret = -EINVAL;
			break done;
		}

		if (check_add_overflow(len, pos.v, total_len)) {
			ret = -ERANGE;
			break done;
		}

		/* Data are there when all of them have come, and not before */
		if ((!matrix_mdev.mig_data.resuming_mig_state.ap_config && pos.v !== 0) ||
		    (matrix_mdev.mig_data.resuming_mig_state.ap_config && pos.v === 0)) {
			ret = -EFAULT;

			break done;
		}

		ret = 0;

	} /* done: */
	return ret;
}

/**
 * calculate_ap_config_size - how many bytes so many queues are
 * @num_queues: their number
 *
 * Return: the size, or -EINVAL when there cannot be so many.
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function calculate_ap_config_size(num_queues: number): number {
	if (num_queues > MAX_AP_QUEUES)
		return -EINVAL;

	const qinfo_size = num_queues * SIZEOF_QUEUE_INFO;
	return qinfo_size + SIZEOF_CONFIG;
}

/**
 * allocate_ap_config - memory for data that begin to come
 * @ap_config: takes it
 * @buf: the data, a userspace address
 * @len: how many bytes of them come now
 *
 * The number of queues is fetched to know the size, if it comes with these; if fewer
 * bytes come than that, they are taken for all.
 *
 * Return: the size in bytes; -EIO when they cannot be read; -EINVAL when there cannot be
 * so many queues; -ENOMEM.
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function allocate_ap_config(ap_config: out<vfio_ap_config | null>,
			    buf: user_ptr, len: number): number {
	/* PORT: on the stack */
	const tmp_ap_config = uninitialised(new vfio_ap_config(SIZEOF_CONFIG));
	let config_size;

	/* Enough to know how many queues there are */
	const copy_size = min(len, SIZEOF_CONFIG);

	if (copy_from_user(pointer_to(tmp_ap_config), buf, copy_size)) /* PORT: &tmp_ap_config */
		return -EIO;

	if (len >= SIZEOF_CONFIG) {
		config_size = calculate_ap_config_size(tmp_ap_config.num_queues);

		if (config_size < 0)
			return config_size;
	} else {
		config_size = len;
	}

	ap_config.v = kzalloc(vfio_ap_config, config_size, GFP_KERNEL_ACCOUNT);
	if (!ap_config.v)
		return -ENOMEM;

	return config_size;
}

/**
 * reallocate_ap_config - memory for more data
 * @mig_ap_config: what there is, and takes the new memory
 * @len: how many bytes come now
 *
 * What it takes for the present size is the field that nobody sets.
 *
 * Return: the size in bytes; -EINVAL when it is not that of so many queues; -ENOMEM.
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function reallocate_ap_config(mig_ap_config: out<vfio_ap_config | null>, len: number): number {
	const ap_config = mig_ap_config.v!;
	let new_cfg_sz;

	const cur_cfg_sz = ap_config.config_sz;
	const num_queues = ap_config.num_queues;

	/* If the number of queues is known there is memory for all of them */
	if (cur_cfg_sz >= SIZEOF_CONFIG) {
		new_cfg_sz = calculate_ap_config_size(num_queues);
		if (cur_cfg_sz !== new_cfg_sz)
			return -EINVAL;
	} else {
		new_cfg_sz = cur_cfg_sz + len;
	}

	const new_ap_config = krealloc(ap_config, new_cfg_sz, GFP_KERNEL_ACCOUNT);
	if (!new_ap_config)
		return -ENOMEM;

	mig_ap_config.v = new_ap_config;

	return new_cfg_sz;
}

/**
 * qdev_is_bound_to_vfio_ap - whether there is a queue, and this driver has it
 * @apqn: the queue
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function qdev_is_bound_to_vfio_ap(apqn: number): boolean {
	let is_bound = true;

	const queue = ap_get_qdev(apqn);
	if (!queue)
		return false;

	if (queue.ap_dev.device.driver !== matrix_dev.vfio_ap_drv!.driver)
		is_bound = false;

	put_device(queue.ap_dev.device);

	return is_bound;
}

/**
 * queues_available_on_target_system - whether all queues of the data are here, with this
 *				       driver
 * @mdev_name: the mdev, for messages
 * @source_config: the data
 *
 * Says which are not.
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function queues_available_on_target_system(mdev_name: string,
					   source_config: vfio_ap_config): boolean {
	let apqn;
	let ret = true;

	for (let i = 0; i < source_config.num_queues; i++) {
		apqn = source_config.qinfo(i).apqn; /* PORT: an array's element */

		/* All that are missing are named, not only the first */
		if (!qdev_is_bound_to_vfio_ap(apqn)) {
			pr_err("vfio_ap_mdev %s: Queue %02lx.%04lx not available to vfio_ap driver on target host\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
			ret = false;
		}
	}

	return ret;
}

/**
 * report_facilities_compatibility - say which facilities only one side has
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_facilities_compatibility(mdev_name: string, apqn: number,
					 src_hwinfo: ap_tapq_hwinfo,
					 target_hwinfo: ap_tapq_hwinfo): void {
	if (src_hwinfo.apsc !== target_hwinfo.apsc) {
		if (src_hwinfo.apsc) {
			pr_err("vfio_ap_mdev %s: APSC facility installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: APSC facility not installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: APSC facility not installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s APSC facility installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}

	if (src_hwinfo.mex4k !== target_hwinfo.mex4k) {
		if (src_hwinfo.mex4k) {
			pr_err("vfio_ap_mdev %s: mex4k facility installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: mex4k facility not installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: mex4k facility not installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: mex4k facility installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}

	if (src_hwinfo.crt4k !== target_hwinfo.crt4k) {
		if (src_hwinfo.crt4k) {
			pr_err("vfio_ap_mdev %s: crt4k facility installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: crt4k facility not installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: crt4k facility not installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: crt4k facility installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}
}

/**
 * report_mode_compatibility - say which modes only one side has
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_mode_compatibility(mdev_name: string, apqn: number,
				   src_hwinfo: ap_tapq_hwinfo,
				   target_hwinfo: ap_tapq_hwinfo): void {
	if (src_hwinfo.cca !== target_hwinfo.cca) {
		if (src_hwinfo.cca) {
			pr_err("vfio_ap_mdev %s: Coprocessor-mode facility installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: Coprocessor-mode  facility not installed target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: Coprocessor-mode facility not installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: Coprocessor-mode  facility installed target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}

	if (src_hwinfo.accel !== target_hwinfo.accel) {
		if (src_hwinfo.accel) {
			pr_err("vfio_ap_mdev %s: Accelerator-mode facility installed source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: Accelerator-mode facility not installed target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: Accelerator-mode facility not installed source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: Accelerator-mode facility installed target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}

	if (src_hwinfo.ep11 !== target_hwinfo.ep11) {
		if (src_hwinfo.ep11) {
			pr_err("vfio_ap_mdev %s: XCP-mode facility installed source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: XCP-mode facility not installed target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: XCP-mode facility not installed source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: XCP-mode facility installed target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}
}

/**
 * report_apxa_compatibility - say that only one side has extended addressing
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_apxa_compatibility(mdev_name: string, apqn: number,
				   src_hwinfo: ap_tapq_hwinfo,
				   target_hwinfo: ap_tapq_hwinfo): void {
	if (src_hwinfo.apxa !== target_hwinfo.apxa) {
		if (src_hwinfo.apxa) {
			pr_err("vfio_ap_mdev %s: AP-extended-addressing (APXA) facility installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: AP-extended-addressing (APXA) facility not installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: AP-extended-addressing (APXA) facility not installed in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: AP-extended-addressing (APXA) facility installed in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}
}

/**
 * report_slcf_compatibility - say that only one side filters commands
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_slcf_compatibility(mdev_name: string, apqn: number,
				   src_hwinfo: ap_tapq_hwinfo,
				   target_hwinfo: ap_tapq_hwinfo): void {
	if (src_hwinfo.slcf !== target_hwinfo.slcf) {
		if (src_hwinfo.slcf) {
			pr_err("vfio_ap_mdev %s: Stateless-command-filtering (SLCF) available in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: Stateless-command-filtering (SLCF) not available in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		} else {
			pr_err("vfio_ap_mdev %s: Stateless-command-filtering (SLCF) not available in source queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

			pr_err("vfio_ap_mdev %s: Stateless-command-filtering (SLCF) available in target queue %02lx.%04lx\n",
			       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
		}
	}
}

/**
 * report_bs_compatibility - say that a queue is bound, or is to be
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_bs_compatibility(mdev_name: string, apqn: number,
				 src_hwinfo: ap_tapq_hwinfo, target_hwinfo: ap_tapq_hwinfo): void {
	/* Both have to be usable for everything */
	if (src_hwinfo.bs || target_hwinfo.bs) {
		pr_err("vfio_ap_mdev %s: Bind/associate state for source (%01x) and target (%01x) queue %02lx.%04lx must be 0\n",
		       mdev_name, src_hwinfo.bs, target_hwinfo.bs,
		       AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
	}
}

/**
 * report_aptype_compatibility - say that the source is the newer one
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_aptype_compatibility(mdev_name: string, apqn: number,
				     src_hwinfo: ap_tapq_hwinfo,
				     target_hwinfo: ap_tapq_hwinfo): void {
	if (src_hwinfo.at > target_hwinfo.at) {
		pr_err("vfio_ap_mdev %s: AP type of source (%02x) not compatible with target (%02x)\n",
		       mdev_name, src_hwinfo.at, target_hwinfo.at);
	}
}

/**
 * classes_compatible - whether a queue can do here what it can on the source
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function classes_compatible(src_hwinfo: ap_tapq_hwinfo, target_hwinfo: ap_tapq_hwinfo): boolean {
	const src_native = src_hwinfo.class & CLASSIFICATION_NATIVE_FCN_MASK;
	const target_native = target_hwinfo.class & CLASSIFICATION_NATIVE_FCN_MASK;

	/* What is stateless is also part of all that a card can */
	return (src_native !== target_native) ? !src_native : true;
}

/**
 * report_class_compatibility - say that a queue can do less here
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_class_compatibility(mdev_name: string, apqn: number,
				    src_hwinfo: ap_tapq_hwinfo,
				    target_hwinfo: ap_tapq_hwinfo): void {
	if (!classes_compatible(src_hwinfo, target_hwinfo)) {
		pr_err("vfio_ap_mdev %s: Full native card function available on source queue %02lx.%04lx\n",
		       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

		pr_err("vfio_ap_mdev %s: Only stateless functions available on target queue %02lx.%04lx\n",
		       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));
	}
}

/**
 * report_qinfo_incompatibilities - say in what a queue is another one here
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function report_qinfo_incompatibilities(mdev_name: string, apqn: number,
					src_hwinfo: ap_tapq_hwinfo,
					target_hwinfo: ap_tapq_hwinfo): void {
	pr_err("vfio_ap_mdev %s: Migration failed: Source and target queue (%02lx.%04lx) not compatible\n",
	       mdev_name, AP_QID_CARD(apqn), AP_QID_QUEUE(apqn));

	report_facilities_compatibility(mdev_name, apqn, src_hwinfo, target_hwinfo);
	report_mode_compatibility(mdev_name, apqn, src_hwinfo, target_hwinfo);
	report_apxa_compatibility(mdev_name, apqn, src_hwinfo, target_hwinfo);
	report_slcf_compatibility(mdev_name, apqn, src_hwinfo, target_hwinfo);
	report_aptype_compatibility(mdev_name, apqn, src_hwinfo, target_hwinfo);
	report_bs_compatibility(mdev_name, apqn, src_hwinfo, target_hwinfo);
	report_class_compatibility(mdev_name, apqn, src_hwinfo, target_hwinfo);
}

/**
 * queue_hardware_info_is_compatible - whether a queue is as good here
 * @mdev_name: the mdev, for messages
 * @apqn: the queue
 * @src_hwinfo: what it is on the source
 * @target_hwinfo: what it is here
 *
 * It is if nothing differs that counts, whatever its bind state; or else if the upper half is
 * the same (with the class), the type no older, and it is bound nowhere.
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function queue_hardware_info_is_compatible(mdev_name: string, apqn: number,
					   src_hwinfo: ap_tapq_hwinfo,
					   target_hwinfo: ap_tapq_hwinfo): boolean {
	const src_bits = src_hwinfo.value & QINFO_DATA_MASK;
	const target_bits = target_hwinfo.value & QINFO_DATA_MASK;

	if (src_bits === target_bits)
		return true;

	if (src_hwinfo.fac === target_hwinfo.fac &&
	    src_hwinfo.at <= target_hwinfo.at &&
	    classes_compatible(src_hwinfo, target_hwinfo) &&
	    (src_hwinfo.bs === 0 && target_hwinfo.bs === 0)) {
		return true;
	}

	report_qinfo_incompatibilities(mdev_name, apqn, src_hwinfo, target_hwinfo);

	return false;
}

/**
 * verify_ap_configs_are_compatible - whether all queues of the data are as good here
 * @mdev_name: the mdev, for messages
 * @source_config: the data
 *
 * Return: 0; -EFAULT when one is not; an error of get_hardware_info_for_queue(); of
 * several the last one's.
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function verify_ap_configs_are_compatible(mdev_name: string,
					  source_config: vfio_ap_config): number {
	const src_hwinfo = new ap_tapq_hwinfo(), dest_hwinfo = new ap_tapq_hwinfo();
	let apqn;
	let ret = 0, rc;

	for (let i = 0; i < source_config.num_queues; i++) {
		apqn = source_config.qinfo(i).apqn; /* PORT: an array's element */

		/* All that is wrong is named, not only the first */
		rc = get_hardware_info_for_queue(mdev_name, dest_hwinfo, apqn);
		if (rc) {
			ret = rc;
			continue;
		}

		src_hwinfo.value = source_config.qinfo(i).data; /* PORT: an array's element */

		if (!queue_hardware_info_is_compatible(mdev_name, apqn,
						       src_hwinfo,
						       dest_hwinfo))
			ret = -EFAULT;
	}

	return ret;
}

/**
 * do_post_copy_validation - whether the data fit this host
 * @mdev_name: the mdev, for messages
 * @source_config: the data
 *
 * Return: 0; -ENODEV when a queue is not here; an error of
 * verify_ap_configs_are_compatible().
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function do_post_copy_validation(mdev_name: string, source_config: vfio_ap_config): number {
	if (!queues_available_on_target_system(mdev_name, source_config))
		return -ENODEV;

	return verify_ap_configs_are_compatible(mdev_name, source_config);
}

/**
 * setup_ap_matrix_from_ap_config - the matrix that has the queues of the data
 * @mdev_name: the mdev
 * @ap_config: the data
 * @guest_matrix: the adapters and domains are added to what it has
 *
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function setup_ap_matrix_from_ap_config(mdev_name: string, ap_config: vfio_ap_config,
					guest_matrix: ap_matrix): void {
	let qinfo;
	let apid, apqi;

	for (let i = 0; i < ap_config.num_queues; i++) {
		qinfo = ap_config.qinfo(i); /* PORT: an array's element */
		apid = AP_QID_CARD(qinfo.apqn);
		apqi = AP_QID_QUEUE(qinfo.apqn);

		if (!test_bit_inv(apid, guest_matrix.apm))
			set_bit_inv(apid, guest_matrix.apm);
		if (!test_bit_inv(apqi, guest_matrix.aqm))
			set_bit_inv(apqi, guest_matrix.aqm);
	}
}

/**
 * vfio_ap_resuming_write - userspace writes to a stream
 * @filp: the stream
 * @buf: the data, a userspace address
 * @len: how many bytes
 * @pos: null: a stream has its own position
 *
 * With the last byte the mdev gets the source's queues.
 *
 * Context: takes mdevs_lock, and copies without it; then ap_attr_mutex, guests_lock,
 * kvm->lock, mdevs_lock.
 * Return: @len; -ESPIPE; -EIO when the data cannot be read, or are too long; an error of
 * validate_resuming_write_parms(), allocate_ap_config(), reallocate_ap_config(),
 * do_post_copy_validation() or vfio_ap_set_new_guest_config().
 * C: vfio_ap_migration.c, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
function vfio_ap_resuming_write(filp: file, buf: user_ptr, len: number,
				pos: out<number> | null): number {
	const ap_config = out<vfio_ap_config | null>(null);
	const guest_matrix = uninitialised(new ap_matrix()); /* PORT: on the stack */
	let ret = 0, cfg_sz;

	if (pos)
		return -ESPIPE;

	mutex_lock(matrix_dev.mdevs_lock);
	pos = filp.f_pos;

	done: {
		ret = validate_resuming_write_parms(filp, len, pos);
		if (ret)
			break done;

		const matrix_mdev = filp.private_data as ap_matrix_mdev;
		const mig_data = matrix_mdev.mig_data!;
		const mdev_name = dev_name(matrix_mdev.vdev.dev!);

		cleanup: {
			/* The first bytes tell how many there will be */
			if (pos.v === 0) {
				ret = allocate_ap_config(ap_config, buf, len);

				if (ret < 0)
					break done;

				cfg_sz = ret;
			} else {
				ap_config.v = mig_data.resuming_mig_state.ap_config;

				ret = reallocate_ap_config(ap_config, len);
				if (ret < 0)
					break cleanup;

				cfg_sz = ret;
			}

			if (pos.v + len > cfg_sz) {
				ret = -EIO;
				break cleanup;
			}

			/* Nobody else is to wait for userspace's pages */
			mutex_unlock(matrix_dev.mdevs_lock);

			/* PORT: (char *)ap_config + *pos */
			if (copy_from_user(pointer_to(ap_config.v!, pos.v), buf, len)) {
				ret = -EIO;
				break cleanup;
			}

			/* That was the last byte */
			if (pos.v + len === cfg_sz) {
				ret = do_post_copy_validation(mdev_name, ap_config.v!);
				if (ret < 0)
					break cleanup;

				setup_ap_matrix_from_ap_config(mdev_name, ap_config.v!,
							       guest_matrix);

				mutex_lock(ap_attr_mutex);
				get_update_locks_for_mdev(matrix_mdev);

				ret = vfio_ap_set_new_guest_config(matrix_mdev, guest_matrix,
								   false);
				if (!ret) {
					mig_data.resuming_mig_state.ap_config = ap_config.v;
					mig_data.resuming_mig_state.config_sz = cfg_sz;
				}

				release_update_locks_for_mdev(matrix_mdev);
				mutex_unlock(ap_attr_mutex);

				if (ret)
					break cleanup;
			}

			ret = len;
			pos.v += len;
			break done;

		} /* cleanup: */
		kfree(ap_config.v);
	} /* done: */
	if (mutex_is_locked(matrix_dev.mdevs_lock))
		mutex_unlock(matrix_dev.mdevs_lock);

	return ret;
}

const vfio_ap_resume_fops: file_operations = {
	owner: THIS_MODULE,
	write: vfio_ap_resuming_write,
	release: vfio_ap_release_mig_file,
};

/**
 * vfio_ap_resuming_init - make the stream that comes in
 * @matrix_mdev: the mediated device
 *
 * Context: mdevs_lock held.
 * Return: the stream, or ERR_PTR().
 * C: vfio_ap_migration.c, migration-v4 08/15 <20260707090226.3206695-9-akrowiak@linux.ibm.com>
 */
function vfio_ap_resuming_init(matrix_mdev: ap_matrix_mdev): file | err_ptr {
	lockdep_assert_held(matrix_dev.mdevs_lock);

	const filp = vfio_ap_open_file_stream(matrix_mdev, vfio_ap_resume_fops, O_WRONLY);

	return filp;
}

/**
 * vfio_ap_transition_to_state - one step from state to state
 * @matrix_mdev: the mediated device
 * @new_state: the next state
 *
 * Context: mdevs_lock held.
 * Return: a stream, null where there is nothing to be transferred, or ERR_PTR().
 * C: vfio_ap_migration.c, migration-v4 12/15 <20260707090226.3206695-13-akrowiak@linux.ibm.com>
 */
function vfio_ap_transition_to_state(matrix_mdev: ap_matrix_mdev,
				     new_state: vfio_device_mig_state): file | null | err_ptr {
	lockdep_assert_held(matrix_dev.mdevs_lock);
	const mig_data = matrix_mdev.mig_data!;
	const cur_state = mig_data.mig_state;
	dev_dbg(matrix_mdev.vdev.dev!, "%s: %d -> %d\n", "vfio_ap_transition_to_state", cur_state,
		new_state);

	/* The source: what is to be read is made when it is read */
	if (cur_state === VFIO_DEVICE_STATE_STOP &&
	    new_state === VFIO_DEVICE_STATE_STOP_COPY) {
		const filp = vfio_ap_open_file_stream(matrix_mdev,
						      vfio_ap_stop_copy_fops,
						      O_RDONLY);
		if (IS_ERR(filp))
			return filp; /* PORT: ERR_CAST() is nothing here */

		mig_data.stop_copy_mig_file = filp;

		return filp;
	}

	/* The target */
	if (cur_state === VFIO_DEVICE_STATE_STOP &&
	    new_state === VFIO_DEVICE_STATE_RESUMING) {
		const filp = vfio_ap_resuming_init(matrix_mdev);

		if (IS_ERR(filp))
			return filp; /* PORT: ERR_CAST() is nothing here */

		mig_data.resuming_mig_state.filp = filp;

		return filp;
	}

	/* The end of either; there is nothing else that would have to be brought over */
	if ((cur_state === VFIO_DEVICE_STATE_RESUMING &&
	     new_state === VFIO_DEVICE_STATE_STOP) ||
	    (cur_state === VFIO_DEVICE_STATE_STOP_COPY &&
	     new_state === VFIO_DEVICE_STATE_STOP)) {
		return null;
	}

	/* Queues are not stopped, and not started */
	if ((cur_state === VFIO_DEVICE_STATE_STOP &&
	     new_state === VFIO_DEVICE_STATE_RUNNING) ||
	    (cur_state === VFIO_DEVICE_STATE_RUNNING &&
	     new_state === VFIO_DEVICE_STATE_STOP)) {
		return null;
	}

	/* VFIO asks for no other step */
	WARN_ON(true);

	return ERR_PTR(-EINVAL);
}

/**
 * vfio_ap_set_state - go to a state, step by step
 * @vdev: the VFIO device
 * @new_state: the state
 *
 * Context: takes mdevs_lock.
 * Return: a stream, null where there is nothing to be transferred, or ERR_PTR(): -EPERM
 * on a host that is a Secure Execution guest itself; -ENODEV when the mdev is not open;
 * -EINVAL when there is no way; the error of a step.
 * C: vfio_ap_migration.c, migration-v4 05/15 <20260707090226.3206695-6-akrowiak@linux.ibm.com>
 */
function vfio_ap_set_state(vdev: vfio_device,
			   new_state: vfio_device_mig_state): file | null | err_ptr {
	let ret;
	let filp: file | null | err_ptr = null;
	const next_state = out<vfio_device_mig_state>(0);

	const matrix_mdev = container_of(vdev, ap_matrix_mdev, "vdev");

	mutex_lock(matrix_dev.mdevs_lock);
	if (ap_is_se_guest()) {
		dev_err(matrix_mdev.vdev.dev!,
			"Migration not allowed from or to a Secure Execution guest\n");
		mutex_unlock(matrix_dev.mdevs_lock);
		return ERR_PTR(-EPERM);
	}

	const mig_data = matrix_mdev.mig_data;

	/* Before it is open a device runs, and does nothing else */
	if (!mig_data) {
		mutex_unlock(matrix_dev.mdevs_lock);
		if (new_state === VFIO_DEVICE_STATE_RUNNING)
			return null;
		return ERR_PTR(-ENODEV);
	}

	dev_dbg(vdev.dev!, "%s -> %d\n", "vfio_ap_set_state", new_state);

	while (mig_data.mig_state !== new_state) {
		ret = vfio_mig_get_next_state(vdev, mig_data.mig_state,
					      new_state, next_state);
		if (ret) {
			filp = ERR_PTR(ret);
			break;
		}

		filp = vfio_ap_transition_to_state(matrix_mdev, next_state.v);
		if (IS_ERR(filp))
			break;

		mig_data.mig_state = next_state.v;

		if (WARN_ON(!!filp && new_state !== next_state.v)) {
			fput(filp as file);
			filp = ERR_PTR(-EINVAL);
			break;
		}
	}

	mutex_unlock(matrix_dev.mdevs_lock);

	return filp;
}

/**
 * vfio_ap_get_state - the state of a device
 * @vdev: the VFIO device
 * @current_state: takes it; before it is open a device runs
 *
 * Context: takes mdevs_lock.
 * Return: 0.
 * C: vfio_ap_migration.c, migration-v4 05/15 <20260707090226.3206695-6-akrowiak@linux.ibm.com>
 */
function vfio_ap_get_state(vdev: vfio_device, current_state: out<vfio_device_mig_state>): number {
	mutex_lock(matrix_dev.mdevs_lock);

	const matrix_mdev = container_of(vdev, ap_matrix_mdev, "vdev");
	const mig_data = matrix_mdev.mig_data;

	current_state.v = (mig_data) ? mig_data.mig_state :
				       VFIO_DEVICE_STATE_RUNNING;

	mutex_unlock(matrix_dev.mdevs_lock);

	return 0;
}

/**
 * vfio_ap_get_data_size - how many bytes a device's data would be now
 * @vdev: the VFIO device
 * @stop_copy_length: takes it
 *
 * Context: takes mdevs_lock.
 * Return: 0.
 * C: vfio_ap_migration.c, migration-v4 13/15 <20260707090226.3206695-14-akrowiak@linux.ibm.com>
 */
function vfio_ap_get_data_size(vdev: vfio_device, stop_copy_length: out<number>): number {
	mutex_lock(matrix_dev.mdevs_lock);
	const matrix_mdev = container_of(vdev, ap_matrix_mdev, "vdev");
	const num_queues = vfio_ap_mdev_get_num_queues(matrix_mdev.shadow_apcb);
	const qinfo_sz = num_queues * SIZEOF_QUEUE_INFO;
	stop_copy_length.v = qinfo_sz + SIZEOF_CONFIG;
	mutex_unlock(matrix_dev.mdevs_lock);

	return 0;
}

const vfio_ap_migration_ops: vfio_migration_ops = {
	migration_set_state: vfio_ap_set_state,
	migration_get_state: vfio_ap_get_state,
	migration_get_data_size: vfio_ap_get_data_size,
};

/**
 * vfio_ap_init_migration_capabilities - say that an mdev can be migrated
 * @matrix_mdev: the mediated device
 *
 * C: vfio_ap_migration.c, migration-v4 03/15 <20260707090226.3206695-4-akrowiak@linux.ibm.com>
 */
export function vfio_ap_init_migration_capabilities(matrix_mdev: ap_matrix_mdev): void {
	matrix_mdev.vdev.migration_flags = VFIO_MIGRATION_STOP_COPY;
	matrix_mdev.vdev.mig_ops = vfio_ap_migration_ops;
}

/**
 * vfio_ap_init_migration_data - an mdev that is being opened runs
 * @matrix_mdev: the mediated device
 *
 * Context: mdevs_lock held.
 * Return: 0 or -ENOMEM.
 * C: vfio_ap_migration.c, migration-v4 03/15 <20260707090226.3206695-4-akrowiak@linux.ibm.com>
 */
export function vfio_ap_init_migration_data(matrix_mdev: ap_matrix_mdev): number {
	lockdep_assert_held(matrix_dev.mdevs_lock);

	const mig_data = kzalloc_obj(vfio_ap_migration_data);
	if (!mig_data)
		return -ENOMEM;

	mig_data.mig_state = VFIO_DEVICE_STATE_RUNNING;
	matrix_mdev.mig_data = mig_data;

	return 0;
}

/**
 * vfio_ap_release_migration_data - an mdev is closed, or goes
 * @matrix_mdev: the mediated device
 *
 * What a stream has brought is not freed.
 *
 * Context: mdevs_lock held.
 * C: vfio_ap_migration.c, migration-v4 03/15 <20260707090226.3206695-4-akrowiak@linux.ibm.com>
 */
export function vfio_ap_release_migration_data(matrix_mdev: ap_matrix_mdev): void {
	lockdep_assert_held(matrix_dev.mdevs_lock);

	if (!matrix_mdev.mig_data)
		return;

	kfree(matrix_mdev.mig_data);
	matrix_mdev.mig_data = null;
}

/**
 * vfio_ap_reset_migration_state - a device that was reset runs
 * @matrix_mdev: the mediated device
 *
 * Its streams, and what they have brought, stay.
 *
 * Context: mdevs_lock held.
 * C: vfio_ap_migration.c, migration-v4 05/15 <20260707090226.3206695-6-akrowiak@linux.ibm.com>
 */
export function vfio_ap_reset_migration_state(matrix_mdev: ap_matrix_mdev): void {
	lockdep_assert_held(matrix_dev.mdevs_lock);

	if (!matrix_mdev.mig_data)
		return;

	matrix_mdev.mig_data.mig_state = VFIO_DEVICE_STATE_RUNNING;
}
