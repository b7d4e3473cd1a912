/** A contender as the coordinator sees it: a process of its own that stays up and may crash, hang or print rubbish. */
import {spawn, type ChildProcess} from 'node:child_process';
import {readFileSync} from 'node:fs';
import type {Answer, Request} from './protocol';

/** How a contender is started. */
export interface Launch {
	readonly command: string;
	readonly args: readonly string[];
	readonly environment: NodeJS.ProcessEnv;
}

/** A contender that is out of the race, with the reason. */
export class Failure extends Error {}

/** The longest answer, in characters: more is rubbish. */
const longestAnswer = 1 << 16;
/** What is kept of its last words. */
const longestWords = 2000;

/** A process that is asked one question at a time. */
export class Contender implements Disposable {
	/** How it is called in tables. */
	readonly name: string;
	readonly #process: ChildProcess;
	#output = '';
	#words = '';
	#failure: Failure | undefined;
	#waiting: {resolve(answer: Answer): void; reject(failure: Failure): void} | undefined;

	/** Starts it. That it cannot be started shows at the first question. */
	constructor(name: string, {command, args, environment}: Launch) {
		this.name = name;
		this.#process = spawn(command, args, {env: environment, stdio: 'pipe'});
		const {stdin, stdout, stderr} = this.#process;
		stdin?.on('error', () => undefined); // it has ended, which `close` tells
		stdout?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
		stderr?.setEncoding('utf8').on('data', (text: string) => (this.#words = (this.#words + text).slice(-longestWords)));
		this.#process.on('error', ({message}) => this.#fail(`cannot be started: ${message}`));
		this.#process.on('close', (code, signal) => this.#fail(this.#ending(code, signal)));
	}

	/** Why it is out, if it is. */
	get failure(): Failure | undefined {
		return this.#failure;
	}

	/**
	Its answer.

	@param limit seconds until it counts as hung, and is ended
	@throws Failure when there is none
	*/
	async ask(request: Request, limit: number): Promise<Answer> {
		if (this.#failure !== undefined) {
			throw this.#failure;
		}
		const answer = new Promise<Answer>((resolve, reject) => (this.#waiting = {resolve, reject}));
		const timer = setTimeout(() => this.#fail(`gave no answer in ${limit} s`), 1e3 * limit);
		this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
		try {
			return await answer;
		} finally {
			clearTimeout(timer);
			this.#waiting = undefined;
		}
	}

	/** The most bytes that it had in memory at once, where the system tells. */
	peakMemory(): number | undefined {
		try {
			const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
			return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
		} catch {
			return undefined;
		}
	}

	/** Ends it. */
	[Symbol.dispose](): void {
		this.#fail('was ended');
	}

	#hear(text: string): void {
		this.#output += text;
		const end = this.#output.indexOf('\n');
		if (end < 0) {
			if (this.#output.length > longestAnswer) {
				this.#fail('answered a line without end');
			}
			return;
		}
		const line = this.#output.slice(0, end);
		this.#output = this.#output.slice(end + 1);
		const answer = parse(line);
		if (answer === undefined || this.#waiting === undefined || this.#output !== '') {
			this.#fail(`answered what was not asked: \`${shown(line)}\``);
		} else {
			this.#waiting.resolve(answer);
		}
	}

	#fail(reason: string): void {
		this.#failure ??= new Failure(reason);
		this.#waiting?.reject(this.#failure);
		this.#process.kill('SIGKILL');
	}

	#ending(code: number | null, signal: NodeJS.Signals | null): string {
		const words = this.#words.trim().split('\n').at(-1) ?? '';
		return `ended with ${signal ?? `exit code ${code}`}${words === '' ? '' : `: ${shown(words)}`}`;
	}
}

function parse(line: string): Answer | undefined {
	try {
		const answer: unknown = JSON.parse(line);
		return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer : undefined;
	} catch {
		return undefined;
	}
}

/** What somebody else said, in one line. */
function shown(text: string): string {
	const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
	return plain.length > 160 ? `${plain.slice(0, 160)}…` : plain;
}
