// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a litmus test in one schedule.
 *
 * One actor's operation is under way; at each point (a lock taken or given back, a guest's masks
 * set, its vCPUs in SIE again, an AP instruction issued, a sleep, an allocation) the other actor
 * may run whole operations of its own. A schedule is the list of these decisions.
 *
 * An operation that needs a lock which the other actor holds would block: it stays where it is,
 * with the locks that it has, until that lock is given back, and then begins anew. That is exact
 * as long as it has done nothing by then; a schedule in which it has is given up and counted.
 * When the other actor in turn needs one of the locks that it holds, neither goes on: a deadlock.
 */
import { kernel_crash } from "#linux/bug.h";
import { ENODEV, errname } from "#linux/errno.h";
import type { kvm, kvm_vcpu } from "#linux/kvm_host.h";
import { trace_lock, type lock_instance } from "#linux/lockdep.h";
import { mutex, set_contention_handler } from "#linux/mutex.h";
import { rw_semaphore } from "#linux/rwsem.h";
import { run_as, task_struct } from "#linux/sched.h";
import { put_device } from "#linux/device.h";
import { trace_alloc } from "#linux/slab.h";
import { spinlock_t } from "#linux/spinlock.h";
import { trace_wake_up } from "#linux/wait.h";
import { ap_get_qdev } from "../../drivers/s390/crypto/ap_bus.h.ts";
import { trace_crypto_set_masks, trace_vcpus_unblocked } from "../../drivers/s390/kvm/kvm-s390.ts";
import { trace_pqap_hook } from "../../drivers/s390/kvm/priv.ts";
import {
	ap_hw_fault, ap_hw_messages, ap_hw_set_adapter, ap_hw_set_reset_time,
	ap_hw_set_service_time, trace_ap_insn,
} from "../../drivers/s390/sim/ap_hardware.ts";
import { trace_nib } from "../../drivers/s390/sim/ap_interrupts.ts";
import { advance_clock, trace_sleep } from "../../drivers/s390/sim/clock.ts";
import {
	AQIC, TAPQ, ZAPQ, guest_dqap, guest_gr0, guest_nqap, guest_pqap, type sie_result,
} from "../../drivers/s390/sim/sie.ts";
import { syscall } from "../../drivers/s390/sim/syscall.ts";
import { machine_lab } from "../lib/lab/lab.ts";
import { driver_of } from "../lib/lab/loader.ts";
import { apqn_name, apqn_of } from "../lib/lab/names.ts";
import type { masks, op } from "../lib/scenario/model.ts";
import type { guest_op, litmus, litmus_actor, litmus_op } from "./model.ts";

/* Locks whose being taken and given back are points. */
const POINT_LOCKS = new Set([
	"matrix_dev->lock", "matrix_dev->guests_lock", "matrix_dev->mdevs_lock", "kvm->lock",
	"kvm->arch.crypto.pqap_hook_rwsem", "ap_perms_mutex",
]);

/* What guards the fields of mdevs in drivers that have it. */
const MDEVS_LOCK = "matrix_dev->mdevs_lock";

const REQUEST_AREA = 0x10000n;
const REPLY_AREA = 0x14000n;

/**
 * struct happening - a step of a schedule
 * @actor: whose; "" for what ended it
 * @where: at which point of the other's operation; "" outside
 */
export interface happening {
	actor: string;
	where: string;
	text: string;
}

/** happening_text - a step of a schedule in a line */
export function happening_text({ actor, where, text }: happening): string {
	return `${where === "" ? "" : `  at ${where}: `}${actor === "" ? "" : `${actor}: `}${text}`;
}

/**
 * struct outcome - what a schedule came to
 * @state: the final state, by key
 * @steps: what happened, for a reader
 * @decisions: how many there were
 * @given_up: the schedule could not be followed to its end
 */
export interface outcome {
	state: Map<string, string>;
	steps: happening[];
	decisions: number;
	given_up: boolean;
}

/* What an operation throws to get out of the kernel. */
class would_block extends Error {
	lock: lock_instance | null;

	constructor(lock: lock_instance | null) {
		super("would block");
		this.lock = lock;
	}
}

class over extends Error {}

/* An actor while a test runs; @blocked: what it waits for ("sie": until its guest runs). */
class player {
	name: string;
	ops: litmus_op[];
	task: task_struct;
	next = 0;
	results: string[] = [];
	under: string[] = [];
	blocked: lock_instance | "sie" | null = null;

	constructor({ name, ops }: litmus_actor) {
		this.name = name;
		this.ops = ops;
		this.task = new task_struct(name);
	}
}

function join(list: string[]): string {
	return list.length === 0 ? "-" : list.join(",");
}

/* The queues of masks, as "04.0004,04.0047"; "?" where there is no such thing. */
function product(m: masks | null): string {
	return m === null ? "?" :
		join(m.apm.flatMap((apid) => m.aqm.map((apqi) => apqn_name(apid << 8 | apqi))));
}

function expand(o: op): op[] {
	if (o[0] !== "mdev")
		return [o];
	const writes = (attr: string, ids: number[]): op[] =>
		ids.map((id) => ["write", o[1], attr, `0x${id.toString(16)}`]);

	return [["create", o[1]], ...writes("assign_adapter", o[2].apm),
		...writes("assign_domain", o[2].aqm), ...writes("assign_control_domain", o[2].adm)];
}

/* Files are opened and devices made before the driver is asked: that is not undone. */
function begins_anew({ kind, op: [name] }: litmus_op): boolean {
	return kind === "guest" || !["open", "close", "create", "destroy"].includes(name);
}

/*
 * Give a lock back that a task stopped with; nobody hears of it. Devices' locks are not among them.
 */
function abandon(lock: lock_instance, task: task_struct): void {
	if (lock instanceof rw_semaphore) {
		lock.readers = lock.readers.filter((reader) => reader !== task);
		lock.writer = lock.writer === task ? null : lock.writer;
	} else if (lock instanceof mutex || lock instanceof spinlock_t) {
		lock.owner = null;
	}
}

/**
 * class schedule_run - one run
 */
class schedule_run {
	#test: litmus;
	#lab: machine_lab;
	#choices: readonly number[];
	#players: player[];
	#stack: player[] = [];
	#steps: happening[] = [];
	#decisions = 0;
	#switches = 0;
	#end = "ok";
	#given_up = false;
	#gone = new Set<number>();
	#nibs = new Set<string>();
	#late = new Set<string>();
	#unlocked = false;
	#additions = "";
	#guarded = false;
	#quiet = true;
	#closers: (() => void)[] = [];
	/* A guest keeps running when the driver has let go of it. */
	#guests = new Map<string, kvm>();

	constructor(test: litmus, driver: string, choices: readonly number[]) {
		const { host, apmask, aqmask, memory } = test.setup;

		this.#test = test;
		this.#choices = choices;
		this.#lab = new machine_lab({ host, apmask, aqmask, memory }, driver_of(driver));
		this.#players = test.actors.map((actor) => new player(actor));
	}

	run(): outcome {
		this.#lab.load();
		for (const { body } of this.#test.setup.statements)
			if (body.kind === "op" && body.op[0] !== "bound")
				expand(body.op).forEach((o) => this.#lab.run(o));
		for (const step of this.#test.before)
			this.#do(step);
		this.#gone.clear();
		this.#listen();
		try {
			this.#interleave();
		} catch (error) {
			if (!(error instanceof over))
				throw error;
		} finally {
			this.#stop();
		}
		const state = this.#state();

		this.#lab.shutdown();
		return {
			state, steps: this.#steps, decisions: this.#decisions,
			given_up: this.#given_up,
		};
	}

	#stop(): void {
		this.#quiet = true;
		this.#closers.forEach((close) => close());
		set_contention_handler(null);
		for (const { task } of this.#players)
			this.#release(task);
	}

	/*
	 * A task that stopped in the middle holds nothing any more, its queue devices' locks
	 * included.
	 */
	#release(task: task_struct): void {
		task.held.splice(0).forEach((lock) => abandon(lock, task));
		for (const qid of this.#host_queues()) {
			const device = ap_get_qdev(qid)?.ap_dev.device;

			if (device === undefined)
				continue;
			if (device.mutex === task)
				device.mutex = null;
			put_device(device);
		}
	}

	#host_queues(): number[] {
		const { apm, aqm } = this.#test.setup.host;

		return apm.flatMap((apid) => aqm.map((apqi) => apid << 8 | apqi));
	}

	#listen(): void {
		this.#closers = [
			trace_lock.register((lock, what) => {
				if (POINT_LOCKS.has(lock.name))
					this.#point(`${lock.name}${what}`,
						what === "-" ? lock : null);
			}),
			trace_crypto_set_masks.register(
				() => this.#point("masks set, vCPUs out of SIE")),
			trace_vcpus_unblocked.register(
				() => this.#point("vCPUs in SIE again", "sie")),
			trace_ap_insn.register((insn, qid, status, _irq, by_bus) => {
				if (!by_bus && insn !== "tapq")
					this.#point(`${insn} ${apqn_name(qid)} -> ${(status >>> 16 & 0xff).toString(16)}`);
			}),
			trace_wake_up.register(
				(queue) => this.#point(`${queue.name} woken`, queue)),
			trace_pqap_hook.register(() => this.#point("PQAP hook about to be called")),
			trace_sleep.register((msecs) => this.#point(`sleep ${msecs} ms`)),
			trace_alloc.register(() => this.#point("allocation")),
			trace_nib.register((qid, address) => {
				this.#nibs.add(address.toString(16));
				if (this.#gone.has(qid))
					this.#late.add(apqn_name(qid));
			}),
		];
		set_contention_handler((lock) => this.#contended(lock));
		this.#additions = this.#pending();
		this.#quiet = false;
	}

	/* Operations one after the other; who is next is a decision while both have some. */
	#interleave(): void {
		for (;;) {
			const ready = this.#players.filter((p) => p.next < p.ops.length);

			if (ready.length === 0)
				return;
			const stuck = ready.find(({ blocked }) => blocked !== null);

			if (stuck !== undefined)
				this.#finish("stuck", `${stuck.name} waits for ever`);
			this.#operate(ready[ready.length === 1 ? 0 : this.#decide()], "");
		}
	}

	#decide(): number {
		return this.#choices[this.#decisions++] ?? 0;
	}

	#finish(end: string, text: string): never {
		this.#end = end;
		this.#steps.push({ actor: "", where: "", text });
		throw new over();
	}

	/* A point of the operation that is under way. */
	#point(what: string, freed: lock_instance | "sie" | null = null): void {
		const other = this.#players.find((p) => !this.#stack.includes(p));

		this.#watch_additions();
		if (this.#quiet || this.#stack.length !== 1 || other === undefined)
			return;
		if (other.blocked !== null && other.blocked === freed)
			this.#resume(other, what);
		while (this.#may_switch(other) && this.#decide() === 1) {
			this.#switches++;
			this.#operate(other, what);
		}
	}

	/*
	 * Pending additions that changed since the last point, when nobody held what guards them.
	 */
	#watch_additions(): void {
		if (this.#quiet)
			return;
		const now = this.#pending();

		this.#unlocked ||= now !== this.#additions && !this.#guarded;
		this.#additions = now;
		this.#guarded = this.#stack.some(({ task }) =>
			task.held.some(({ name }) => name === MDEVS_LOCK));
	}

	#pending(): string {
		return [...this.#lab.mdevs.values()].map(({ state }) => {
			const { apm_add, aqm_add, adm_add } = state as unknown as Record<string,
				Uint32Array>;

			return [apm_add, aqm_add, adm_add].join(" ");
		}).join("\n");
	}

	#may_switch(other: player): boolean {
		return other.next < other.ops.length && other.blocked === null &&
			this.#switches < this.#test.depth;
	}

	#resume(other: player, what: string): void {
		other.blocked = null;
		this.#quiet = true;
		this.#release(other.task);
		this.#quiet = false;
		this.#operate(other, what);
	}

	/* Do an actor's next operation, all of it. */
	#operate(p: player, where: string): void {
		const step = p.ops[p.next];
		const outer = this.#stack[0];
		const before = outer === undefined ? "" : this.#digest();
		const happening = { actor: p.name, where, text: "" };
		const say = (what: string): void => {
			happening.text = `${step.text} ${what}`;
		};

		this.#steps.push(happening);

		this.#stack.push(p);
		try {
			say("...");
			const result = run_as(p.task, () => this.#do(step));

			this.#stack.pop();
			p.next++;
			p.results.push(result);
			p.under.push(join(outer?.task.held.map(({ name }) => name) ?? []));
			say(`-> ${result}`);
		} catch (error) {
			this.#stack.pop();
			if (error instanceof kernel_crash)
				this.#crashed(error);
			if (!(error instanceof would_block))
				throw error;
			p.blocked = error.lock ?? "sie";
			say(`would block on ${error.lock?.name ?? "its processor, held out of SIE"}`);
			if (this.#digest() !== before || !begins_anew(step))
				this.#give_up();
		}
		if (this.#lab.crash !== null)
			this.#crashed(this.#lab.crash);
	}

	#give_up(): never {
		this.#given_up = true;
		return this.#finish("given up", "it has done something by then");
	}

	#crashed(crash: kernel_crash): never {
		return this.#finish(crash.kind, crash.message);
	}

	#contended(lock: lock_instance): void {
		const me = this.#stack.at(-1);

		if (me === undefined || this.#quiet)
			return;
		if (this.#stack.length === 1)
			this.#finish("deadlock",
				`${me.name} waits for ${lock.name}, which the other holds`);
		throw new would_block(lock);
	}

	/* What can be seen of the drivers' state, without disturbing anything. */
	#digest(): string {
		const { mdevs } = this.#lab;

		this.#quiet = true;
		const seen = [...mdevs.keys()]
			.map((m) => [m, this.#lab.matrix(m), this.#lab.shadow(m),
			this.#lab.apcb(m), this.#lab.linked(m)]);
		const digest = JSON.stringify([seen, this.#lab.bound()]);

		this.#quiet = false;
		return digest;
	}

	#do(step: litmus_op): string {
		if (step.kind === "guest")
			return this.#guest(step.op);
		const { rc, crash, out } = this.#lab.run(step.op);

		if (crash !== null)
			return crash;
		if (rc < 0)
			return errname(rc);
		return out === null ? String(rc) : out.trim();
	}

	/* The processor of the guest that has opened an mdev, or null. */
	#vcpu(mdev: string): kvm_vcpu | null {
		const guest = this.#guests.get(mdev) ??
			this.#lab.mdevs.get(mdev)?.state.kvm ?? null;

		if (guest !== null)
			this.#guests.set(mdev, guest);
		return guest?.vcpus[0] ?? null;
	}

	#guest(o: guest_op): string {
		switch (o[0]) {
		case "adapter":
			ap_hw_set_adapter(o[1],
				{ checkstopped: o[2] === "checkstopped",
					configured: o[2] !== "deconfigured" });
			return "ok";
		case "busy":
		case "state_change":
			ap_hw_fault(apqn_of(o[1]), o[0] === "busy" ? "busy" : "state change", o[2]);
			return "ok";
		case "service":
			ap_hw_set_service_time(o[1]);
			return "ok";
		case "reset_time":
			ap_hw_set_reset_time(o[1]);
			return "ok";
		case "wait":
			advance_clock(o[1]);
			return "ok";
		default:
			return this.#instruction(o);
		}
	}

	#instruction(o: Extract<guest_op, [`guest_${string}`, ...unknown[]]>): string {
		const vcpu = this.#vcpu(o[1]);

		if (vcpu === null)
			return errname(-ENODEV);
		const { gprs } = vcpu.run.s.regs;
		const qid = apqn_of(o[2]);
		const { exit, program } = this.#in_sie(vcpu, () =>
			syscall("an instruction of the guest", () => this.#execute(o, vcpu, qid)));

		if (exit === "waits" && this.#stack.length > 1)
			throw new would_block(null);
		if (exit === "waits" || program !== 0)
			return exit === "waits" ? exit : `program${program}`;
		const rc = Number(gprs[1] >> 16n & 0xffn) || Number(gprs[1] >> 48n & 0xffn);

		if (rc === 1)
			this.#gone.add(qid);
		return rc.toString(16).padStart(2, "0");
	}

	/* An instruction that would block has not begun: its processor is where it was. */
	#in_sie(vcpu: kvm_vcpu, execute: () => sie_result): sie_result {
		const { prog0c } = vcpu.arch.sie_block;

		try {
			return execute();
		} catch (error) {
			vcpu.arch.sie_block.prog0c = prog0c;
			throw error;
		}
	}

	#execute(o: guest_op, vcpu: kvm_vcpu, qid: number): sie_result {
		const { gprs } = vcpu.run.s.regs;
		const pqap = (fc: number, gr1: bigint, gr2: bigint): sie_result => {
			[gprs[0], gprs[1], gprs[2]] = [
				guest_gr0(fc, qid >>> 8, qid & 0xff), gr1, gr2,
			];
			return guest_pqap(vcpu);
		};

		gprs[1] = 0n;
		[gprs[4], gprs[5], gprs[6], gprs[7]] = [0n, 1n, REQUEST_AREA, 16n];
		switch (o[0]) {
		case "guest_zapq":
			return pqap(ZAPQ, 0n, 0n);
		case "guest_aqic":
			return pqap(AQIC, o[4] === null ? 0n : 0x8000_0000_0000n | BigInt(o[3]),
				o[4] ?? 0n);
		case "guest_nqap":
			gprs[0] = BigInt(qid) | 0x40000000n;
			return guest_nqap(vcpu, 4, 6);
		case "guest_dqap":
			gprs[0] = BigInt(qid) | 0x80000000n;
			gprs[6] = REPLY_AREA;
			return guest_dqap(vcpu, 4, 6);
		default:
			return pqap(TAPQ, 0n, 0n);
		}
	}

	/* The final state. */
	#state(): Map<string, string> {
		const state = new Map([["end", this.#end]]);

		for (const p of this.#players) {
			p.ops.forEach((_op, i) => {
				state.set(`${p.name}.${i + 1}`, p.results[i] ?? "-");
				state.set(`under.${p.name}.${i + 1}`, p.under[i] ?? "-");
			});
		}
		state.set("late", this.#late.size === 0 ? "no" : "yes");
		state.set("nib", this.#nibs.size === 0 ? "no" : "yes");
		state.set("unlocked", this.#unlocked ? "yes" : "no");
		state.set("messages", join(this.#messages()));
		if (this.#end === "ok")
			this.#machine_state(state);
		return state;
	}

	/* The queues that hold messages. */
	#messages(): string[] {
		return this.#host_queues().filter((qid) => ap_hw_messages(qid) !== 0)
			.map(apqn_name);
	}

	#machine_state(state: Map<string, string>): void {
		const lab = this.#lab;

		for (const m of lab.mdevs.keys()) {
			state.set(`matrix.${m}`, product(lab.matrix(m)));
			state.set(`guest.${m}`, product(lab.shadow(m)));
			state.set(`apcb.${m}`, product(lab.apcb(m)));
		}
		state.set("bound", join(lab.bound()));
		for (const m of lab.mdevs.keys())
			state.set(`stolen.${m}`, this.#stolen(m) ? "yes" : "no");
	}

	/* Whether an mdev has a queue assigned that the default drivers have. */
	#stolen(mdev: string): boolean {
		const usable = new Set(this.#lab.queues());
		const matrix = product(this.#lab.matrix(mdev));

		return this.#host_queues().map(apqn_name)
			.some((queue) => matrix.includes(queue) && !usable.has(queue));
	}
}

/**
 * run_schedule - boot, set up, and run a test in one schedule
 * @test: the test
 * @driver: the driver's label
 * @choices: the decisions; those behind its end are 0
 */
export function run_schedule(test: litmus, driver: string, choices: readonly number[]): outcome {
	return new schedule_run(test, driver, choices).run();
}
