// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command in a mount namespace of its own, where /sys is the simulated machine's.
 *
 * Nothing needs to be undone: the mount ends with the last process of the namespace.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
	accessSync, closeSync, constants, openSync, readdirSync, readlinkSync,
} from "node:fs";
import { constants as os_constants } from "node:os";
import { delimiter, join } from "node:path";
import { fuse_server, type filesystem } from "./server.ts";

const FUSE = "/dev/fuse";

/** Descriptors that the command's set-up finds open. */
const FUSE_FD = 3;
const UEVENT_FD = 4;
const END_FD = 5;

const MOUNT_OPTIONS =
	`fd=${FUSE_FD},rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions`;

/* The exit code of the set-up when it fails; the command's own codes are passed on. */
const SETUP_FAILED = 125;

/*
 * The set-up of the namespace. mdevctl wants folders of its own that the machine may lack: a tmpfs
 * holds them. udev and libvirt do not believe a sysfs that statfs does not call one.
 */
const SET_UP = `
mount --make-rprivate / &&
mount -i -t fuse -o ${MOUNT_OPTIONS} vfio-ap /sys || exit ${SETUP_FAILED}
exec ${FUSE_FD}<&-
if [ -d /etc/mdevctl.d ]; then
	mount -t tmpfs vfio-ap /etc/mdevctl.d &&
	mkdir -p /etc/mdevctl.d/scripts.d/callouts /etc/mdevctl.d/scripts.d/notifiers
fi
export SYSTEMD_DEVICE_VERIFY_SYSFS=0
`;

/*
 * Sends uevents: the kernel repeats in the sender's network namespace what it is sent. So only in a
 * namespace without another. Each event comes as one line of hex digits.
 */
const SEND_UEVENTS = `
perl -MSocket -e '
	socket(my $s, 16, SOCK_RAW, 15) or exit 1;
	while (my $line = <STDIN>) {
		chomp $line;
		my $m = pack("H*", $line);
		my $h = pack("LSSLL", 16 + length $m, 0x10, 1, 0, 0);
		send($s, $h . $m, 0, pack("SSLL", 16, 0, 0, 0));
	}' <&${UEVENT_FD} >/dev/null 2>&1 &
exec ${UEVENT_FD}<&-
`;

/*
 * Whoever serves the mount says so before it ends. If it is killed instead, all that runs in the
 * namespace is told, as by a terminal that is gone, and the folder is removed.
 */
const WATCH = `
{
	trap "" HUP
	read -r end <&${END_FD} && exit
	rm -r "$VFIO_AP_SHELL"
	own=$(readlink /proc/self/ns/mnt)
	for process in /proc/[0-9]*; do
		[ "$(readlink $process/ns/mnt)" = "$own" ] && kill -HUP "\${process#/proc/}"
	done
} >/dev/null 2>&1 &
exec ${END_FD}<&-
`;

/* How long those in the namespace have, once they are to end. */
const GRACE_MS = 1000;

/**
 * struct mount_options - what to run, and how
 * @env: its environment
 * @uevents: whether uevents are sent
 * @folder: ours, which is in its PATH
 */
export interface mount_options {
	command: readonly string[];
	env: NodeJS.ProcessEnv;
	uevents: boolean;
	folder: string;
}

/** mount_failed - the mount could not be made: why, in one line */
export class mount_failed extends Error {
	override readonly name = "mount_failed";
}

function in_path(program: string): boolean {
	return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
		try {
			accessSync(join(folder, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

/**
 * missing_for_mount - what this machine lacks, and what to do
 * @uevents: whether events are to be sent too
 *
 * Return: one line, or null when everything is there.
 */
export function missing_for_mount(uevents: boolean): string | null {
	try {
		accessSync(FUSE, constants.R_OK | constants.W_OK);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "ENOENT"
			? `no ${FUSE}: load the module fuse (modprobe fuse)`
			: `${FUSE} may not be opened: chmod 666 ${FUSE} as root, or run this as root`;
	}
	if (!in_path("unshare"))
		return "no unshare: install util-linux";
	if (needs_user_namespace() &&
		spawnSync("unshare", ["-Ur", "true"], { stdio: "ignore" }).status !== 0)
		return "no user namespace: allow them (sysctl user.max_user_namespaces), or run this as root";
	if (uevents && !in_path("perl"))
		return "no perl to send uevents: install perl-base";
	return null;
}

/**
 * needs_user_namespace - whether the mount takes a user namespace, which the descriptor of
 * /dev/fuse must be opened in as well
 */
export function needs_user_namespace(): boolean {
	return process.geteuid?.() !== 0;
}

function start({ command, env, uevents, folder }: mount_options, fd: number): ChildProcess {
	const script = `${SET_UP}${WATCH}${uevents ? SEND_UEVENTS : ""}exec "$@"\n`;
	const namespaces = uevents ? ["-m", "-n"] : ["-m"];

	return spawn("unshare", [...namespaces, "sh", "-c", script, "sh", ...command], {
		env: { ...env, VFIO_AP_SHELL: folder },
		stdio: ["inherit", "inherit", "inherit", fd, uevents ? "pipe" : "ignore", "pipe"],
	});
}

/* The mount namespace of a process; null if that is gone. */
function namespace_of(pid: number): string | null {
	try {
		return readlinkSync(`/proc/${pid}/ns/mnt`);
	} catch {
		return null;
	}
}

function processes_in(namespace: string): number[] {
	return readdirSync("/proc").map(Number)
		.filter((pid) => pid > 0 && namespace_of(pid) === namespace);
}

function send_signal(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {
		/* it has ended meanwhile */
	}
}

function exit_code_of(code: number | null, signal: NodeJS.Signals | null): number {
	if (code === SETUP_FAILED)
		throw new mount_failed(
			"mount: not permitted here, needs the right to mount in a namespace");
	return signal === null ? code ?? 0 : 128 + os_constants.signals[signal];
}

/**
 * class mounted - a command under way on a mounted tree
 * @server: answers for the mount
 * @done: its exit code, 128 and the number of the signal that ended it, once it and everything
 *	  that it left running have ended
 */
export class mounted {
	server: fuse_server;
	done: Promise<number>;
	#child: ChildProcess;
	#ended = false;
	#namespace: string | null = null;

	constructor(fs: (server: fuse_server) => filesystem, options: mount_options) {
		const fd = openSync(FUSE, "r+");
		let tree: filesystem | null = null;

		this.server = new fuse_server(fd, {
			answer: (request) => {
				this.#namespace ??= namespace_of(this.#child.pid!);
				return tree!.answer(request);
			},
			forget: (nodeid, lookups) => tree!.forget(nodeid, lookups),
			interrupt: (unique) => tree!.interrupt(unique),
		});
		tree = fs(this.server);
		this.#child = start(options, fd);
		for (const end of [UEVENT_FD, END_FD])
			this.#pipe(end)?.on("error", () => {});	/* its reader is gone */
		this.done = this.#run(fd);
	}

	/**
	 * send_uevent - an event for who listens in the namespace: "action@path" and its variables
	 */
	send_uevent(title: string, envp: readonly string[]): void {
		this.#pipe(UEVENT_FD)?.write(
			`${Buffer.from([title, ...envp, ""].join("\0")).toString("hex")}\n`);
	}

	#pipe(fd: number): NodeJS.WritableStream | null {
		return this.#child.stdio[fd as 3] as NodeJS.WritableStream | null;
	}

	/** kill - a signal for the command */
	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	/** end - end the command and all that it started, by force if that takes long */
	end(signal: NodeJS.Signals): void {
		if (this.#namespace === null)
			this.kill(signal);
		this.#kill_all(signal);
		setTimeout(() => this.#kill_all("SIGKILL"), GRACE_MS).unref();
	}

	#kill_all(signal: NodeJS.Signals): void {
		const all = this.#namespace === null ? [] : processes_in(this.#namespace);

		for (const pid of all)
			send_signal(pid, signal);
	}

	async #run(fd: number): Promise<number> {
		const ended = new Promise<number>((resolve, reject) => {
			this.#child.on("error", reject);
			this.#child.on("exit", (code, signal) => {
				this.#ended = true;
				/* who reads these holds the mount until then */
				this.#pipe(UEVENT_FD)?.end();
				this.#pipe(END_FD)!.end("end\n");
				try {
					resolve(exit_code_of(code, signal));
				} catch (error) {
					reject(error);
				}
			});
		});
		const [code] = await Promise.all([ended, this.server.serve(() => !this.#ended)]);

		closeSync(fd);
		return code;
	}
}
