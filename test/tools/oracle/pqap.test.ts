// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intercepted PQAPs, on the port of KVM's handle_pqap() and on its C.
 */
import { basename } from "node:path";
import { test } from "tap";
import { random } from "../../../tools/oracle/fuzz/random.ts";
import {
	all_kinds, compare_interceptions, random_interception, type interception,
} from "../../../tools/oracle/pqap/compare.ts";
import type { kernel_source } from "../../../tools/oracle/source.ts";
import { real_oracle } from "./real_source.ts";

const real = await real_oracle("v6.12");

function interceptions(count: number): interception[] {
	const rnd = new random(1);

	return Array.from({ length: count }, () => random_interception(rnd));
}

/* The same sources with another priv.c, changed from handle_pqap() on. */
function with_priv(
	{ from, files }: kernel_source, change: (text: string) => string,
): kernel_source {
	return { from, files: new Map([...files].map(([path, text]) => {
		const at = basename(path) === "priv.c" ? text.indexOf("\nstatic int handle_pqap(")
			: text.length;

		return [path, text.slice(0, at) + change(text.slice(at))];
	})) };
}

test("all_kinds: every function code, each bit of AQIC's GR0", async (t) => {
	const all = [...all_kinds(new random(1))];

	t.equal(all.length, 64 * 4 * (256 + 32 + 1));
	t.equal(new Set(all.map(({ gprs }) => gprs[0] >> 24n & 0xffn)).size, 256);
	t.ok(all.some(({ hook }) => hook === null) && all.some(({ hook }) => hook !== null));
});

test("every kind of guest, and random ones, are handled the same", { skip: real.skip },
		async (t) => {
	if (real.skip !== false)
		return;
	t.equal(await compare_interceptions(real.source, [...all_kinds(new random(1))]), null);
	t.equal(await compare_interceptions(real.source, interceptions(5000)), null);
});

/* Each check that handle_pqap() makes, and what it leaves behind, the other way. */
const CHANGES: [what: string, from: RegExp, to: string][] = [
	["no AP instructions", /if \(!ap_instructions_available\(\)\)/, "if (0)"],
	["a guest that may not", /eca & ECA_APIE/, "eca & 0"],
	["the function code", /fc != 0x03/, "fc != 0x04"],
	["the problem state", /gpsw\.mask & PSW_MASK_PSTATE/, "gpsw.mask & 0"],
	["reserved bits", /reg0 & 0x007f0000UL/, "reg0 & 0x003f0000UL"],
	["the T bit", /reg0 & 0x00800000UL/, "reg0 & 0"],
	["large ids", /reg0 & 0x0000c0f0UL/, "reg0 & 0x0000c0e0UL"],
	["the format", /crycbd & 0x02\)/, "crycbd & 0x03)"],
	["facility 65", /test_kvm_facility\(vcpu->kvm, 65\)/, "test_kvm_facility(vcpu->kvm, 15)"],
	["the condition code", /gprs\[1\] & 0x00ff0000\)/, "gprs[1] & 0x00fe0000)"],
	["the lock", /(?=\t\tret = pqap_hook\(vcpu\);)/,
		"\t\tup_read(&vcpu->kvm->arch.crypto.pqap_hook_rwsem);\n"],
	["no hook", /status\.response_code = 0x01;/, "status.response_code = 0x02;"],
];

test("what is not the port's is found", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	const asked = interceptions(5000);

	for (const [what, from, to] of CHANGES) {
		const changed = with_priv(real.source, (text) => text.replace(from, () => to));

		t.notSame(changed, real.source, what);
		t.not(await compare_interceptions(changed, asked), null, what);
	}
	await t.rejects(compare_interceptions(with_priv(real.source, () => ""), asked),
		{ name: "usage_error" });
});
