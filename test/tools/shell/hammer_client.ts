// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of the clients of hammer.ts, on the mounted sysfs: it has a mediated device of its own and
 * does what comes, until its time is up. Each answer is one of those that a real kernel may give,
 * and what it reads is whole; what is not so is printed, a line each.
 */
import {
	closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, writeSync,
} from "node:fs";

const TYPE = "/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough";
const DEVICES = "/sys/bus/mdev/devices";

const [number, seconds] = process.argv.slice(2).map(Number) as [number, number];
const uuid = `${String(number).padStart(8, "0")}-0000-4000-8000-000000000000`;
const mdev = `${DEVICES}/${uuid}`;
const adapter = number;
let operations = 0;

function wrong(what: string): void {
	process.stdout.write(`client ${number}: ${what}\n`);
}

/* What a call gives: its result, or the errno's name. */
function attempt<T>(fn: () => T): T | string {
	operations++;
	try {
		return fn();
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? String(error);
	}
}

function write(path: string, text: string): number | string {
	return attempt(() => {
		const fd = openSync(path, "w");

		try {
			return writeSync(fd, text);
		} finally {
			closeSync(fd);
		}
	});
}

function read(path: string): string {
	return attempt(() => readFileSync(path, "latin1"));
}

function expect(what: string, got: unknown, ...allowed: unknown[]): void {
	if (!allowed.includes(got))
		wrong(`${what}: ${String(got)}, expected ${allowed.join(" or ")}`);
}

/* Whole, however the others write the masks meanwhile. */
function read_shared(): void {
	const mask = read("/sys/bus/ap/apmask");
	const names = attempt(() => readdirSync("/sys/devices/ap/card01"));

	if (!/^0x[0-9a-f]{64}\n$/.test(mask))
		wrong(`apmask: torn, ${JSON.stringify(mask)}`);
	if (!names.includes("config") || !names.includes("01.0004"))
		wrong(`readdir of card01: ${String(names)}`);
}

/* What the mdev is assigned is what was assigned to it, whatever the others do. */
function assign_and_read(): void {
	const domain = 4 + operations % 3;
	const wanted = `${adapter.toString(16).padStart(2, "0")}.${domain.toString(16).padStart(4, "0")}\n`;

	expect("assign_adapter", write(`${mdev}/assign_adapter`, String(adapter)),
		String(adapter).length);
	expect("assign_domain", write(`${mdev}/assign_domain`, String(domain)), 1);
	expect("matrix", read(`${mdev}/matrix`), wanted);
	expect("assign_domain 300", write(`${mdev}/assign_domain`, "300"), "ENODEV");
	expect("assign_domain x", write(`${mdev}/assign_domain`, "x"), "EINVAL");
	expect("matrix for writing", write(`${mdev}/matrix`, "x"), "EACCES");
	expect("unassign_domain", write(`${mdev}/unassign_domain`, String(domain)), 1);
	expect("unassign_adapter", write(`${mdev}/unassign_adapter`, String(adapter)),
		String(adapter).length);
	expect("matrix", read(`${mdev}/matrix`), "");
}

/* A file that is held open over the removal of its device: ENODEV, also when another is there. */
function hold_over_removal(): void {
	const fd = openSync(`${mdev}/matrix`, "r");
	const again = (): number
		| string => attempt(() => readSync(fd, Buffer.alloc(64), 0, 64, 0));

	expect("read", again(), 0);
	expect("remove", write(`${mdev}/remove`, "1"), 1);
	expect("read of a file that is gone", again(), "ENODEV");
	expect("fstat of a file that is gone", attempt(() => fstatSync(fd).isFile()), true);
	expect("open of a file that is gone", read(`${mdev}/matrix`), "ENOENT");
	expect("create", write(`${TYPE}/create`, uuid), uuid.length);
	expect("read of an older file", again(), "ENODEV");
	expect("create twice", write(`${TYPE}/create`, uuid), "EEXIST");
	closeSync(fd);
}

const end = performance.now() + seconds * 1000;

expect("create", write(`${TYPE}/create`, uuid), uuid.length);
while (performance.now() < end)
	for (const act of [read_shared, assign_and_read, hold_over_removal, read_shared])
		act();
process.stdout.write(`operations ${operations}\n`);
