// SPDX-License-Identifier: GPL-2.0-only
/*
 * An intercepted PQAP on the port of KVM and on a kernel's handle_pqap(): every function code in
 * every kind of guest, then random registers.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crypto_hook, ECA_APIE, PSW_MASK_PSTATE, type kvm_vcpu } from "#linux/kvm_host.h";
import { IS_ERR } from "#linux/err.h";
import { do_initcalls } from "#linux/init.h";
import {
	ap_hw_configure, ap_hw_install, ap_hw_power_on,
} from "../../../drivers/s390/sim/ap_hardware.ts";
import { guest_start, guest_stop } from "../../../drivers/s390/sim/guest.ts";
import { kvm_s390_handle_b2 } from "../../../drivers/s390/kvm/priv.ts";
import { in_folder, run_child } from "../../lib/cli/children.ts";
import { build_pqap } from "../build.ts";
import type { random } from "../fuzz/random.ts";
import type { kernel_source } from "../source.ts";

/**
 * struct interception - a guest's PQAP
 * @has_ap: whether the host has AP instructions
 * @eca: whether the guest has (ECA_APIE), among other controls
 * @crycbd: the origin and format of its CRYCB
 * @psw: the mask of its PSW
 * @hook: what the driver's hook returns, and leaves in GR1; null without a hook
 */
export interface interception {
	has_ap: boolean;
	eca: number;
	facility_15: boolean;
	facility_65: boolean;
	crycbd: number;
	psw: bigint;
	hook: { rc: number; gr1: bigint } | null;
	gprs: [bigint, bigint, bigint];
}

/** struct pqap_difference - one that port and C do differently */
export interface pqap_difference {
	asked: interception;
	port: string;
	c: string;
}

const AQIC = 3n;
const FUNCTION_CODES = Array.from({ length: 256 }, (_, fc) => BigInt(fc));
const FORMATS = [0, 1, 2, 3];
const YES_NO = [true, false];
const HOOK_CODES = [0, -95, -22, 1];
const IPA_PQAP = 0xb2af;

/* Bits of GR0 that mean something in one guest or another: 40 to 47, and those of large ids. */
const SINGLE_BITS = Array.from({ length: 32 }, (_, bit) => 1n << BigInt(bit));

function double_word(rnd: random): bigint {
	return BigInt(rnd.word()) << 32n | BigInt(rnd.word());
}

function gr0_of(rnd: random, fc: bigint): bigint {
	const ids = BigInt(rnd.pick([0x0000, 0x0404, 0x3f0f, 0x4000, 0x0010, 0xffff]));
	const bits = rnd.chance(40) ? rnd.pick(SINGLE_BITS) & ~(0xffn << 24n) : 0n;
	const above = rnd.chance(20) ? BigInt(rnd.word()) << 32n : 0n;

	return above | fc << 24n | bits | ids;
}

function hook_of(rnd: random): interception["hook"] {
	const code = BigInt(rnd.pick([0x00, 0x00, 0x01, 0x06, 0x07, 0xff])) << 16n;

	return { rc: rnd.pick(HOOK_CODES), gr1: double_word(rnd) & ~0x00ff0000n | code };
}

function* guests(): Generator<Pick<interception,
		"has_ap" | "facility_15" | "facility_65" | "crycbd"> & {
	apie: boolean; problem_state: boolean; hooked: boolean;
}> {
	for (let bits = 0; bits < 64; bits++)
		for (const format of FORMATS)
			yield {
				has_ap: YES_NO[bits & 1], apie: YES_NO[bits >> 1 & 1],
				problem_state: YES_NO[1 - (bits >> 2 & 1)],
				facility_15: YES_NO[bits >> 3 & 1],
				facility_65: YES_NO[bits >> 4 & 1],
				hooked: YES_NO[bits >> 5], crycbd: 0x12345000 | format,
			};
}

/** all_kinds - every function code in every kind of guest; AQIC with every bit of GR0 */
export function* all_kinds(rnd: random): Generator<interception> {
	for (const { apie, problem_state, hooked, ...guest } of guests()) {
		const gr0s = [
			...FUNCTION_CODES.map((fc) => gr0_of(rnd, fc)),
			...SINGLE_BITS.map((bit) => AQIC << 24n ^ bit), AQIC << 24n | 0x0404n,
		];

		for (const gr0 of gr0s)
			yield {
				...guest, eca: rnd.word() & ~ECA_APIE | (apie ? ECA_APIE : 0),
				psw: double_word(rnd) & ~PSW_MASK_PSTATE |
					(problem_state ? PSW_MASK_PSTATE : 0n),
				hook: hooked ? hook_of(rnd) : null,
				gprs: [gr0, double_word(rnd), double_word(rnd)],
			};
	}
}

/** random_interception - mostly an AQIC that comes far */
export function random_interception(rnd: random): interception {
	return {
		has_ap: rnd.chance(97), eca: rnd.word() | (rnd.chance(95) ? ECA_APIE : 0),
		facility_15: rnd.chance(70), facility_65: rnd.chance(90),
		crycbd: rnd.word() & 0x7fffffff,
		psw: rnd.chance(20) ? double_word(rnd) : double_word(rnd) & ~PSW_MASK_PSTATE,
		hook: rnd.chance(80) ? hook_of(rnd) : null,
		gprs: [
			rnd.chance(70) ? gr0_of(rnd, AQIC) : double_word(rnd), double_word(rnd),
			double_word(rnd),
		],
	};
}

function line_of(
	{ has_ap, eca, facility_15, facility_65, crycbd, psw, hook, gprs }: interception,
): string {
	const { rc, gr1 } = hook ?? { rc: 0, gr1: 0n };

	return [
		has_ap, eca >>> 0, facility_15, facility_65, crycbd, psw, hook !== null, rc >>> 0,
		gr1, ...gprs,
	]
		.map((value) => BigInt(value).toString(16)).join(" ");
}

async function on_c(program: string, asked: readonly interception[]): Promise<string[]> {
	const input = asked.map((it) => `${line_of(it)}\n`).join("");
	const { stdout, status } = await run_child(program, [], input);

	if (status !== 0)
		throw new Error(`${program}: exit status ${status}`);
	return stdout.trimEnd().split("\n");
}

function set_facility(vcpu: kvm_vcpu, nr: number, present: boolean): void {
	if (present)
		vcpu.kvm.arch.fac_mask.add(nr);
	else
		vcpu.kvm.arch.fac_mask.delete(nr);
}

function on_port(vcpu: kvm_vcpu, it: interception): string {
	const { sie_block } = vcpu.arch;
	const { crypto } = vcpu.kvm.arch;
	const { gprs } = vcpu.run.s.regs;
	let calls = 0, was_locked = false;

	ap_hw_install(it.has_ap);
	sie_block.eca = it.eca;
	sie_block.gpsw.mask = it.psw;
	sie_block.iprcc = 0;
	sie_block.ipa = IPA_PQAP;
	set_facility(vcpu, 15, it.facility_15);
	set_facility(vcpu, 65, it.facility_65);
	crypto.crycbd = it.crycbd;
	crypto.pqap_hook = it.hook && Object.assign(new crypto_hook(), {
		fn: ({ run: { s: { regs } } }: kvm_vcpu): number => {
			calls++;
			was_locked = crypto.pqap_hook_rwsem.readers.length === 1;
			regs.gprs[1] = it.hook!.gr1;
			return it.hook!.rc;
		},
	});
	it.gprs.forEach((value, nr) => (gprs[nr] = value));
	const rc = kvm_s390_handle_b2(vcpu);
	const [gr0, gr1, gr2] = [...gprs.subarray(0, 3)].map((gpr) => gpr.toString(16));

	return `rc ${rc}, program ${sie_block.iprcc}, psw ${sie_block.gpsw.mask.toString(16)}, ` +
		`gr0 ${gr0}, gr1 ${gr1}, gr2 ${gr2}, hook ${calls}${was_locked ? " locked" : ""}` +
		(crypto.pqap_hook_rwsem.readers.length > 0 ? ", still locked" : "");
}

/* A machine with a guest, whose processor is not in SIE. */
function boot(): kvm_vcpu {
	ap_hw_power_on();
	ap_hw_configure({ apxa: true, na: 255, nd: 255, apm: [4], aqm: [4], adm: [4], old: [] });
	do_initcalls();
	const kvm = guest_start();

	if (IS_ERR(kvm))
		throw new Error("no guest");
	return kvm.vcpus[0];
}

/**
 * compare_interceptions - have both handle them
 *
 * Return: the first one that differs, or null.
 */
export async function compare_interceptions(
	source: kernel_source, asked: readonly interception[],
): Promise<pqap_difference | null> {
	const answers = await in_folder(join(tmpdir(), "vfio-ap-pqap-"), async (folder) =>
		on_c(await build_pqap(source, folder), asked));
	const vcpu = boot();

	try {
		for (const [i, it] of asked.entries()) {
			const port = on_port(vcpu, it);

			if (port !== answers[i])
				return { asked: it, port, c: answers[i] };
		}
		return null;
	} finally {
		ap_hw_install(true);
		vcpu.kvm.arch.crypto.pqap_hook = null;
		guest_stop(vcpu.kvm);
	}
}
