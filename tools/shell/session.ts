// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine that somebody works on by hand, and what has been done to it: every operation is kept
 * in the notation of scenarios, so that it can be saved, replayed, and done again on another
 * driver.
 */
import { EIO } from "#linux/errno.h";
import { run_as, task_struct } from "#linux/sched.h";
import type { sysfs_open_file } from "../../drivers/base/sysfs.ts";
import { set_vfio_request_handler } from "../../drivers/vfio/vfio_main.ts";
import type { vfio_file } from "../../drivers/vfio/vfio.h.ts";
import { DRIVER_DIR } from "../lib/lab/mdev.ts";
import { machine_lab } from "../lib/lab/lab.ts";
import { driver_of } from "../lib/lab/loader.ts";
import type { boot_options, lab_result } from "../lib/lab/model.ts";
import { mdev_uuid } from "../lib/lab/names.ts";
import { parse_queue, product } from "../lib/scenario/ids.ts";
import type { host_config, masks, op, result } from "../lib/scenario/model.ts";
import { LONGEST } from "../lib/scenario/operations.ts";

/**
 * struct step - something that was done
 * @op: the operation
 * @typed: as a shell would say it, "echo 4 > .../assign_adapter", or ""
 * @result: what came of it; "waits" until it ends
 */
export interface step {
	op: op;
	typed: string;
	result: result;
}

/**
 * struct difference - a step that another driver does otherwise
 * @what: what differs: "returns", "guest of m0"
 */
export interface difference {
	step: step;
	what: string;
	before: string;
	now: string;
}

/** struct view - what can be seen of an mdev after a step */
type view = ReadonlyMap<string, string>;

/* Below the matrix device. */
const MDEV_PATH = /^([0-9a-f-]{36})\/([^/]+)$/;
const CREATE_PATH = /^mdev_supported_types\/[^/-]+-([^/]+)\/create$/;
const OVERRIDE_PATH =
	/^\/sys\/devices\/ap\/card[0-9a-f]{2}\/([0-9a-f]{2}\.[0-9a-f]{4})\/driver_override$/;
const CONFIG_PATH = /^\/sys\/devices\/ap\/card([0-9a-f]{2})\/config$/;
const BUS = "/sys/bus/ap/";

/* How much time may pass before an operation without being kept. */
const MOMENT_MS = 1000;

/* Operations whose result is no byte count, though sysfs has one. */
const NO_COUNT: ReadonlySet<string> = new Set(["create", "destroy", "bind", "unbind"]);

/* How bytes that were written read in a line of shell. */
function shell_text(data: string): string {
	return /^[\x20-\x7e]+\n?$/.test(data) ? data.trimEnd() : JSON.stringify(data);
}

function bind_op(what: "bind" | "unbind", name: string): op | null {
	const queue = parse_queue(name);

	return queue === name ? [what, queue] : null;
}

function text_of(masks: masks | null): string {
	return masks === null ? "none" : product(masks.apm, masks.aqm).join(" ") || "-";
}

/* The host with a part of its configuration changed. */
function changed(ids: readonly number[], id: number, present: boolean): number[] {
	return [...ids.filter((other) => other !== id), ...(present ? [id] : [])]
		.sort((a, b) => a - b);
}

/**
 * class session - see the head of this file
 * @steps: what was done, oldest first
 * @names: the mediated devices' UUIDs, by the names they are given here
 */
export class session {
	steps: step[] = [];
	names = new Map<string, string>();
	lab: machine_lab;
	driver: string;
	host!: host_config;
	#boot: boot_options;
	#wait: (busy: () => boolean) => void;
	#waiting: step | null = null;
	/* what goes on while one of a list waits for a guest; null while nobody does a list */
	#meanwhile: ((busy: () => boolean) => void) | null = null;
	/* how long nothing was kept that has passed */
	#passed = 0;

	/**
	 * @boot: the machine
	 * @driver: a driver that load_driver() has read
	 * @wait: has others work as long as something is so; for who must wait
	 */
	constructor(boot: boot_options, driver: string, wait: (busy: () => boolean) => void) {
		this.#boot = boot;
		this.#wait = wait;
		this.driver = driver;
		this.lab = this.#start(driver);
	}

	#start(driver: string): machine_lab {
		const lab = new machine_lab(this.#boot, driver_of(driver));
		const { rc, crash } = lab.load();

		this.host = { ...this.#boot.host };

		if (crash !== null || rc !== 0)
			throw new Error(`${driver} does not load: ${crash ?? rc}`);
		set_vfio_request_handler((file) => this.#wait_for(file));
		return lab;
	}

	/** options - the machine as it was switched on */
	get options(): boot_options {
		return this.#boot;
	}

	/** uuid_of, name_of - of an mdev by one of its two names; null if there is none */
	uuid_of(name: string): string | null {
		return this.lab.mdevs.has(name) ? this.names.get(name) ?? null : null;
	}

	name_of(uuid: string): string | null {
		for (const [name, known] of this.names)
			if (known === uuid && this.lab.mdevs.has(name))
				return name;
		return null;
	}

	/** run - do an operation of the notation; @uuid: of the mdev that it creates */
	run(op: op, typed = "", uuid?: string): lab_result {
		if (op[0] === "create" && !this.names.has(op[1]))
			this.names.set(op[1], uuid ?? mdev_uuid(op[1]));
		return this.#keep({ op, typed, result: null }, () => this.#do(op));
	}

	/** write - bytes go to an open file of sysfs; returns what the kernel does */
	write(file: sysfs_open_file, data: string): number {
		if (this.lab.crash !== null)
			return -EIO;
		const typed = `echo ${shell_text(data)} > ${file.path}`;
		const op = this.#op_of(file.path, data);
		let rc = 0;
		const { crash } = this.#keep({ op, typed, result: null }, () =>
			this.lab.observe(op, () => {
				rc = file.write(data);
				return NO_COUNT.has(op[0]) ? Math.min(0, rc) : rc;
			}));

		if (crash !== null)
			return -EIO;
		this.#follow(op, rc, data);
		return rc;
	}

	/** change_host - an adapter, a domain or a control domain comes or goes */
	change_host(of: "apm" | "aqm" | "adm", id: number, present: boolean, typed: string): void {
		this.run(["cfg", { [of]: changed(this.host[of], id, present) }], typed);
	}

	/**
	 * pass - time passes by itself, which is kept as far as something happened in it, or
	 * something is done behind it
	 * @msecs: of the simulated clock
	 */
	pass(msecs: number): void {
		this.#passed += msecs;
		if (this.lab.machine.pass(msecs))
			this.#keep_time();
	}

	#keep_time(): void {
		const last = this.steps.at(-1);
		const known = last?.op[0] === "advance" && last.typed === "" ? last.op[1] : 0;
		const msecs = Math.min(known + this.#passed, LONGEST);

		if (known > 0)
			this.steps.pop();
		this.steps.push({ op: ["advance", msecs], typed: "", result: 0 });
		this.#passed = 0;
	}

	/** busy - what is under way and waits for a guest; null if nothing is */
	get busy(): step | null {
		return this.#waiting;
	}

	/** shutdown - unload the driver; nothing is left */
	shutdown(): void {
		this.lab.shutdown();
	}

	/**
	 * switch_to - do everything once more on another driver, and go on there
	 * @label: one that load_driver() has read
	 *
	 * Return: where the two part.
	 */
	switch_to(label: string): difference[] {
		const { steps } = this;
		const { seen: before } = this.#views(steps);

		this.lab.shutdown();
		this.driver = label;
		this.lab = this.#start(label);
		const { seen: now } = this.#views(steps);

		return steps.flatMap((step, i) => differences(step, before[i]!, now[i]!));
	}

	/**
	 * undo - as if the last operation had not been done, and whatever has waited for it
	 *
	 * Return: what is undone, the last first.
	 */
	undo(): step[] {
		const last = this.steps.findLastIndex(is_done);
		const undone = last < 0 ? [] : this.steps.splice(last);

		for (let stuck = this.#views(this.steps).stuck; stuck !== null;
				stuck = this.#views(this.steps).stuck)
			undone.unshift(...this.steps.splice(stuck));
		return undone.filter(is_done).toReversed();
	}

	/**
	 * in_turn - do one thing after the other; what is behind one that waits for a guest, while
	 * it waits
	 *
	 * Return: which of them waited to the end of all, and has taken the device; null if none.
	 */
	in_turn(doings: readonly (() => void)[]): number | null {
		let at = 0;
		let stuck: number | null = null;
		const next = (): void => doings[at++]!();

		this.#meanwhile = (busy) => {
			const waiting = at - 1;

			while (busy() && at < doings.length)
				next();
			if (busy())
				stuck ??= waiting;
		};
		try {
			while (at < doings.length)
				next();
		} finally {
			this.#meanwhile = null;
		}
		return stuck;
	}

	/*
	 * What each step gives on the present driver, on a machine of its own; and which of them
	 * waits for a guest that nobody ends.
	 */
	#views(steps: readonly step[]): { seen: view[]; stuck: number | null } {
		const seen: view[] = [];

		this.lab.shutdown();
		this.lab = this.#start(this.driver);
		const stuck = this.in_turn(steps.map(({ op }, i) => () => {
			seen[i] = this.#view_of(this.#do(op));
		}));

		this.#passed = 0;
		return { seen, stuck };
	}

	#view_of({ rc, crash }: lab_result): view {
		const names = [...this.lab.mdevs.keys()];

		return new Map([
			["result", crash ?? String(rc)],
			...names.map((name): [string, string] =>
				[`guest of ${name}`, this.#guest(name)]),
		]);
	}

	#guest(name: string): string {
		return text_of(this.lab.apcb(name) ?? this.lab.shadow(name));
	}

	/* An mdev has the UUID that it is known by. */
	#do(op: op): lab_result {
		if (op[0] === "cfg")
			this.host = { ...this.host, ...op[1] };
		return op[0] === "create"
			? this.lab.observe(op,
				() => this.lab.users.create(op[1], op[2] ?? {},
					this.names.get(op[1])))
			: this.lab.run(op);
	}

	#keep(step: step, fn: () => lab_result): lab_result {
		const outer = this.#waiting;

		if (this.#passed >= MOMENT_MS)
			this.#keep_time();
		this.steps.push(step);
		this.#waiting = step;
		try {
			const result = fn();

			if (step.result !== "waits")
				step.result = result.crash ?? result.rc;
			return result;
		} finally {
			this.#waiting = outer;
		}
	}

	/*
	 * Somebody wants back what a guest has open. The virtual machine monitor has heard of it by
	 * its eventfd; until it has closed the device, others work on.
	 */
	#wait_for(file: vfio_file): void {
		const wait = this.#meanwhile ?? this.#wait;

		if (this.#waiting !== null)
			this.#waiting.result = "waits";
		run_as(new task_struct("other"), () => wait(() => file.is_open));
		if (file.is_open)
			this.#give_up(this.lab.users.name_of(file)!);
	}

	/* Nobody is there to stop the guest. */
	#give_up(mdev: string): void {
		if (this.#waiting === null)
			this.lab.users.close(mdev);
		else
			this.run(["close", mdev]);
	}

	/* The operation that a write amounts to. */
	#op_of(path: string, data: string): op {
		return this.#own_op(path, data) ?? ["store", path, data];
	}

	/* The same where the notation has a word for the file; null where it has none. */
	#own_op(path: string, data: string): op | null {
		const { matrix_dir } = this.lab.module;

		if (path.startsWith(`${matrix_dir}/`))
			return this.#matrix_op(path.slice(matrix_dir.length + 1), data);
		if (path === `${DRIVER_DIR}/bind` || path === `${DRIVER_DIR}/unbind`)
			return bind_op(path.endsWith("/bind") ? "bind" : "unbind", data.trimEnd());
		if (path === `${BUS}apmask` || path === `${BUS}aqmask`)
			return [path === `${BUS}apmask` ? "apmask_store" : "aqmask_store", data];
		const queue = OVERRIDE_PATH.exec(path)?.[1];
		const card = CONFIG_PATH.exec(path)?.[1];

		if (queue !== undefined)
			return ["driver_override", queue, data.trimEnd()];
		if (card !== undefined && /^[01]\n?$/.test(data))
			return ["config", parseInt(card, 16), data.startsWith("1") ? "on" : "off"];
		return null;
	}

	/* The same for a file below the matrix device. */
	#matrix_op(path: string, data: string): op | null {
		const type = CREATE_PATH.exec(path)?.[1];

		if (type === "passthrough")
			return ["create", this.#new_name()];
		if (type !== undefined)
			return ["create", this.#new_name(), { type }];
		const mdev = MDEV_PATH.exec(path);
		const name = mdev === null ? null : this.name_of(mdev[1]!);

		if (mdev === null || name === null)
			return null;
		return mdev[2] === "remove" ? ["destroy", name] : ["write", name, mdev[2]!, data];
	}

	#new_name(): string {
		let n = this.names.size;

		while (this.names.has(`m${n}`))
			n++;
		return `m${n}`;
	}

	/* What a write has made or removed is known by its name from now on. */
	#follow(op: op, rc: number, data: string): void {
		if (rc < 0)
			return;
		if (op[0] === "create") {
			const uuid = data.trim().toLowerCase();

			this.names.set(op[1], uuid);
			this.lab.users.adopt(op[1], uuid);
		} else if (op[0] === "destroy") {
			this.lab.mdevs.delete(op[1]);
		}
	}
}

/* Whether somebody has done it, which time does not. */
function is_done({ op, typed }: step): boolean {
	return op[0] !== "advance" || typed !== "";
}

function differences(step: step, before: view, now: view): difference[] {
	return [...new Set([...before.keys(), ...now.keys()])]
		.filter((what) => before.get(what) !== now.get(what))
		.map((what) => ({
			step, what, before: before.get(what) ?? "none",
			now: now.get(what) ?? "none",
		}));
}
