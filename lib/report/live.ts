/**
A page that follows its runs while they go on. It reads what they write, never asks them, and waits for no browser: one
that is slow misses what happened meanwhile and is told of all of it at once, later.
*/
import type {ServerResponse} from 'node:http';
import {messageOf} from '../errors';
import type {Facts} from './facts';
import type {History} from './history';
import {changing, drawn, page} from './page';
import type {Shown} from './parts';
import {serve, type Served} from './server';

/** Milliseconds between two looks at the files. */
const interval = 500;

/** How far a browser was told of a run. */
interface Told {
	readonly beginning: number;
	readonly width: number;
	/** The last bucket that it knows, which may have grown since. */
	readonly last: number;
}

interface Watcher {
	readonly response: ServerResponse;
	told: readonly (Told | undefined)[];
	/** The parts of the page as it has them. */
	readonly parts: Map<string, string>;
	/** The look whose news it has. */
	seen: number;
}

export interface LiveOptions {
	/** What serves the page, with its version. */
	readonly maker: string;
	readonly runs: readonly Pick<Shown, 'name' | 'history'>[];
	/** Reads the facts of a directory, at each request for the page, and until there are any. */
	readonly facts: (directory: string) => Facts;
}

export class Live implements AsyncDisposable {
	readonly #options: LiveOptions;
	#runs: readonly Shown[];
	readonly #watchers = new Set<Watcher>();
	#served: Served | undefined;
	#timer: NodeJS.Timeout | undefined;
	#ended = false;
	#look = 0;
	#problem = '';
	#looking: Promise<void> = Promise.resolve();

	private constructor(options: LiveOptions) {
		this.#options = options;
		this.#runs = options.runs.map((run) => ({...run, facts: {configuration: []}}));
	}

	/** @throws SophiaError `ERR_SOPHIA_IO` when there is no port to listen on */
	static async start(options: LiveOptions): Promise<Live> {
		const live = new Live(options);
		live.#served = await serve({
			page: () => live.#page(),
			events: (response) => live.#welcome(response),
		});
		live.#lookLater();
		return live;
	}

	/** Where the page is. */
	get address(): string {
		return this.#served?.address ?? '';
	}

	/** What keeps the page from news, such as a damaged file. */
	get problem(): string {
		return this.#problem;
	}

	/** Tells the last news, and that they are the last. */
	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#ended) {
			return;
		}
		this.#ended = true;
		clearTimeout(this.#timer);
		await this.#advance();
		for (const watcher of this.#watchers) {
			this.#tell(watcher, true);
			watcher.response.end('event: end\ndata:\n\n');
		}
		await this.#served?.close();
	}

	#lookLater(): void {
		const look = async () => {
			await this.#advance();
			this.#tellAll();
			if (!this.#ended) {
				this.#lookLater();
			}
		};
		this.#timer = setTimeout(() => void look(), interval).unref();
	}

	async #page(): Promise<string> {
		await this.#advance();
		this.#runs = this.#runs.map((run) => this.#informed(run));
		return page(this.#runs, {maker: this.#options.maker, live: true, problem: this.#problem});
	}

	/** One look at a time. Whatever goes wrong is shown, and must not touch a training. */
	async #advance(): Promise<void> {
		this.#looking = this.#looking
			.then(() => this.#read())
			.catch((error: unknown) => {
				this.#problem = messageOf(error);
			});
		return this.#looking;
	}

	async #read(): Promise<void> {
		const problems = await Promise.all(this.#runs.map(async ({history}) => this.#follow(history)));
		const problem = problems.filter((text) => text !== '').join('\n');
		this.#look += problem === this.#problem ? 0 : 1;
		this.#problem = problem;
		this.#runs = this.#runs.map((run) => (run.facts.configuration.length > 0 ? run : this.#informed(run)));
	}

	/** @returns what went wrong */
	async #follow(history: History): Promise<string> {
		try {
			this.#look += (await history.advance()) ? 1 : 0;
			return '';
		} catch (error) {
			const {code} = error as {code?: string};
			const begun = history.newest.size > 0; // a run that has not begun has no file
			return code === 'ERR_SOPHIA_IO' && !begun ? '' : messageOf(error);
		}
	}

	#informed(run: Omit<Shown, 'facts'>): Shown {
		return {...run, facts: this.#options.facts(run.history.directory)};
	}

	#welcome(response: ServerResponse): void {
		const watcher: Watcher = {response, told: [], parts: new Map(), seen: -1};
		this.#watchers.add(watcher);
		response.on('close', () => this.#watchers.delete(watcher));
		response.on('error', () => this.#watchers.delete(watcher));
		this.#tell(watcher);
	}

	#tellAll(): void {
		this.#watchers.forEach((watcher) => this.#tell(watcher));
	}

	/** @param last whether nothing comes after it, so that one who is slow is told as well */
	#tell(watcher: Watcher, last = false): void {
		const {response, told, seen} = watcher;
		if (seen === this.#look || response.destroyed || (response.writableLength > 0 && !last)) {
			return;
		}
		const runs = this.#runs;
		const news = runs.map(({history}, run) => ({run, ...drawn(history, startOf(history, told[run]))}));
		const parts = Object.entries(changing(runs, this.#problem)).filter(([id, text]) => watcher.parts.get(id) !== text);
		response.write(`data: ${JSON.stringify({runs: news, parts: Object.fromEntries(parts)})}\n\n`);
		parts.forEach(([id, text]) => watcher.parts.set(id, text));
		watcher.seen = this.#look;
		watcher.told = runs.map(({history: {beginning, size}}) => ({
			beginning,
			width: size.width,
			last: Math.max(0, size.length - 1),
		}));
	}
}

/** The first bucket that a browser does not know, or not as it is now. */
function startOf({beginning, size}: Shown['history'], told: Told | undefined): number {
	return told?.beginning === beginning && told.width === size.width ? told.last : 0;
}
