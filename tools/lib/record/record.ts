// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was written down of a machine's /sys: by umockdev-record, by tar, or by "export".
 */

/**
 * class sysfs_record - files, links and directories, by their paths below /sys: "bus/ap/apmask"
 * @where: "file" or "file:line" of each path, for what is said of it
 */
export class sysfs_record {
	name: string;
	files = new Map<string, string>();
	links = new Map<string, string>();
	dirs = new Set<string>();
	#lines = new Map<string, number>();

	/** @name: the file it is from */
	constructor(name: string) {
		this.name = name;
	}

	/** add_dir - a directory, and those above it; @line: where that stands, for a text */
	add_dir(path: string, line?: number): void {
		if (line !== undefined && !this.#lines.has(path))
			this.#lines.set(path, line);
		for (let dir = path; dir !== "" &&
			!this.dirs.has(dir); dir = dir.slice(0, Math.max(0, dir.lastIndexOf("/"))))
			this.dirs.add(dir);
	}

	add_file(path: string, text: string): void {
		this.files.set(path, text);
		this.add_dir(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
	}

	add_link(path: string, target: string): void {
		this.links.set(path, target);
		this.add_dir(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
	}

	where(path: string): string {
		const line = this.#lines.get(path);

		return line === undefined ? this.name : `${this.name}:${line}`;
	}

	/** names_in - what stands directly in a directory */
	names_in(dir: string): string[] {
		const names = new Set<string>();

		for (const path of [...this.files.keys(), ...this.links.keys(), ...this.dirs])
			if (path.startsWith(`${dir}/`))
				names.add(path.slice(dir.length + 1).split("/", 1)[0]!);
		return [...names].sort();
	}

	/** text - a file's, without the line's end; null where there is none */
	text(path: string): string | null {
		return this.files.get(path)?.trimEnd() ?? null;
	}
}

/**
 * path_below_sys - a path of any record as the part behind "sys/"
 * @path: "./sys/bus/ap/", "/sys/bus/ap", "bus/ap", "/devices/ap"
 *
 * Return: "bus/ap", or null for what is not below one of sysfs's directories.
 */
export function path_below_sys(path: string): string | null {
	const parts: string[] = [];

	for (const part of path.split("/"))
		if (part === "..")
			parts.pop();
		else if (part !== "" && part !== ".")
			parts.push(part);
	const below = parts[0] === "sys" ? parts.slice(1) : parts;

	return ["bus", "devices", "class", "kernel", "module"].includes(below[0] ?? "")
		? below.join("/") : null;
}
