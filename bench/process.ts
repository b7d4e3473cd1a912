/** Processes with all that they start: each leads a group of its own, and is ended with it. */
import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process';

/** How a program is started. */
export interface Launch {
	readonly command: string;
	readonly args: readonly string[];
	readonly environment: NodeJS.ProcessEnv;
	/**
	Whether its input stays open as long as we live: a program that ends with its input does not outlive us, however we end.

	@default false
	*/
	readonly attended?: boolean;
}

/** What a program printed until its end. */
export interface Printed {
	readonly stdout: string;
	readonly stderr: string;
}

/** A program that was to end well and did not. */
export class ExecutionError extends Error {
	constructor(
		message: string,
		/** What it complained of. */
		readonly stderr: string,
	) {
		super(message);
	}
}

/** Milliseconds that a timer can count; those of more would be over at once. */
const longestWait = 2 ** 31 - 1;

/** Of seconds, in words. */
const decimals = 3;

/** What is kept of what a program prints, in characters. */
const longest = 1 << 20;

/** Starts it. That it cannot be started is an event. */
export function start({command, args, environment}: Launch): ChildProcessWithoutNullStreams {
	const child = spawn(command, args, {env: environment, stdio: 'pipe', detached: true});
	child.stdin.on('error', () => undefined); // it has ended, which `close` tells
	child.on('exit', () => kill(child.pid)); // what it started and left behind
	return child;
}

/** Ends it, and what it started. */
export function end(child: ChildProcessWithoutNullStreams): void {
	if (isRunning(child)) {
		kill(child.pid);
	}
}

function isRunning({pid, exitCode, signalCode}: ChildProcessWithoutNullStreams): boolean {
	return pid !== undefined && exitCode === null && signalCode === null;
}

function kill(group: number | undefined): void {
	if (group !== undefined) {
		try {
			process.kill(-group, 'SIGKILL');
		} catch {
			// nobody is left
		}
	}
}

/**
Runs a program to its end.

@param signal ends it
@param limit seconds after which it is ended
@throws ExecutionError when it fails, hangs, is ended or is not there; it is gone then
*/
export function execute(launch: Launch, signal?: AbortSignal, limit = 120): Promise<Printed> {
	const child = start(launch);
	const printed = {stdout: '', stderr: ''};
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			printed[name] = (printed[name] + text).slice(0, longest);
		});
	}
	if (launch.attended !== true) {
		child.stdin.end();
	}
	return new Promise((resolve, reject) => {
		const fail = (reason: string) => {
			release();
			const refuse = () => reject(new ExecutionError(reason, printed.stderr));
			if (isRunning(child)) {
				child.once('exit', refuse); // whoever hears of it finds it gone
				end(child);
			} else {
				refuse();
			}
		};
		const timer = setTimeout(
			() => fail(`took longer than ${Number(limit.toFixed(decimals))} s`),
			Math.min(1e3 * limit, longestWait),
		);
		const abort = () => fail('was ended');
		const release = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', abort);
		};
		signal?.addEventListener('abort', abort);
		if (signal?.aborted) {
			abort();
		}
		child.on('error', ({message}) => fail(`cannot be started: ${message}`));
		child.on('close', (code, killer) => {
			release();
			if (code === 0) {
				resolve(printed);
			} else {
				reject(new ExecutionError(`ended with ${killer ?? `exit code ${code}`}`, printed.stderr));
			}
		});
	});
}
