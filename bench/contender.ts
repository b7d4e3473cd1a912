/** A contender as the coordinator sees it: a process of its own that stays up and may crash, hang or print rubbish. */
import {readFileSync} from 'node:fs';
import {lastLine, plain} from './plain';
import {end, start, type Launch} from './process';
import type {Answer, Request} from './protocol';

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
	readonly #process: ReturnType<typeof start>;
	#output = '';
	#words = '';
	#failure: Failure | undefined;
	#waiting: {resolve(answer: Answer): void; reject(failure: Failure): void} | undefined;

	/** Starts it. That it cannot be started shows at the first question. */
	constructor(name: string, launch: Launch) {
		this.name = name;
		this.#process = start(launch);
		const {stdout, stderr} = this.#process;
		stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
		stderr.setEncoding('utf8').on('data', (text: string) => (this.#words = (this.#words + text).slice(-longestWords)));
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
		this.#process.stdin.write(`${JSON.stringify(request)}\n`);
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

	/** Ends it, and what it started. */
	[Symbol.dispose](): void {
		this.#fail('was ended');
	}

	#hear(text: string): void {
		this.#output += text;
		const length = this.#output.indexOf('\n');
		if (length < 0) {
			if (this.#output.length > longestAnswer) {
				this.#fail('answered a line without end');
			}
			return;
		}
		const line = this.#output.slice(0, length);
		this.#output = this.#output.slice(length + 1);
		const answer = parse(line);
		if (answer === undefined || this.#waiting === undefined || this.#output !== '') {
			this.#fail(`answered what was not asked: \`${plain(line)}\``);
		} else {
			this.#waiting.resolve(answer);
		}
	}

	#fail(reason: string): void {
		this.#failure ??= new Failure(reason);
		this.#waiting?.reject(this.#failure);
		end(this.#process);
	}

	#ending(code: number | null, signal: NodeJS.Signals | null): string {
		const words = lastLine(this.#words);
		return `ended with ${signal ?? `exit code ${code}`}${words === '' ? '' : `: ${words}`}`;
	}
}

/** Its texts cannot command a terminal, whoever prints them. */
function parse(line: string): Answer | undefined {
	try {
		const answer: unknown = JSON.parse(line, (_, value: unknown) => (typeof value === 'string' ? plain(value) : value));
		return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer : undefined;
	} catch {
		return undefined;
	}
}
