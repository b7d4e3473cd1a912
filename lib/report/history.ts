/** What a run has said so far, as far as its page shows it. */
import {metricsFile} from '../directory';
import {Follower} from '../follower';
import {numbersOf, type StepReport} from '../metrics';
import {Buckets, type Slice} from './buckets';
import {keys, phases} from './charts';
import {readRatios, type Ratios} from './histogram';

/** Warnings that are kept: the newest. */
const warningLimit = 20;

const millisecondsPerHour = 3.6e6;

/** The history of a run's directory; it grows with each `advance`. */
export class History {
	readonly #file: Follower;
	#buckets = new Buckets();
	#newest = new Map<string, number>();
	#spent = new Map<string, number>();
	#warnings: {readonly step: number; readonly text: string}[] = [];
	#ratios: Ratios | undefined;
	/** Reports whose loss is not finite. */
	#lost = 0;
	/** Counts the beginnings: slices of two of them do not belong together. */
	#beginning = 0;

	constructor(readonly directory: string) {
		this.#file = new Follower(metricsFile(directory), {
			take: (report) => this.#take(report),
			reset: () => this.#reset(),
		});
	}

	/** Reads what the run has said since. @returns whether it has; see `Follower.advance` for what may go wrong */
	async advance(): Promise<boolean> {
		return this.#file.advance();
	}

	/** The last value of each number. */
	get newest(): ReadonlyMap<string, number> {
		return this.#newest;
	}

	/** Milliseconds of all steps together, by phase. */
	get spent(): ReadonlyMap<string, number> {
		return this.#spent;
	}

	get hours(): number {
		return [...this.#spent.values()].reduce((sum, time) => sum + time, 0) / millisecondsPerHour;
	}

	/** The last histogram of how near to clipping the coordinates are. */
	get ratios(): Ratios | undefined {
		return this.#ratios;
	}

	get warnings(): readonly {readonly step: number; readonly text: string}[] {
		return this.#warnings;
	}

	get lost(): number {
		return this.#lost;
	}

	get beginning(): number {
		return this.#beginning;
	}

	/** The number of buckets, and the steps that one spans. */
	get size(): {readonly length: number; readonly width: number} {
		return {length: this.#buckets.length, width: this.#buckets.width};
	}

	slice(from = 0): Slice {
		return this.#buckets.slice(from);
	}

	#take(report: StepReport): void {
		const all = new Map(numbersOf(report));
		for (const {key} of phases) {
			const time = all.get(key) ?? 0;
			this.#spent.set(key, (this.#spent.get(key) ?? 0) + (time > 0 && time < Infinity ? time : 0));
		}
		const numbers = [...all, ['hours', this.hours] as const].filter(([key]) => keys.has(key));
		this.#buckets.add(report.step, numbers);
		numbers.forEach(([key, value]) => this.#newest.set(key, value));
		this.#lost += Number.isNaN(report.loss) ? 1 : 0;
		this.#ratios = readRatios(report.step, report.ratioHistogram) ?? this.#ratios;
		if (typeof report.warning === 'string') {
			this.#warnings = [...this.#warnings, {step: report.step, text: report.warning}].slice(-warningLimit);
		}
	}

	#reset(): void {
		this.#buckets = new Buckets();
		this.#newest = new Map();
		this.#spent = new Map();
		this.#ratios = undefined;
		this.#warnings = [];
		this.#lost = 0;
		this.#beginning++;
	}
}
