/** What all trials share: who takes part, the report, the time that is left, and an end in order. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {InterruptListener} from '#lib/cli/interrupt';
import {UsageError, type Settings} from '#lib/cli/options';
import {wrap} from '#lib/errors';
import {tellGoals, type Goal} from './goals';
import {headline, machine} from './machine';
import {chooseRivals, commonOptions, countOf, limitOf, textOf} from './options';
import {rivals as everybody} from './rivals/index';
import type {Rival, Setting} from './rivals/rival';
import type {Case} from './protocol';
import {Report} from './report';
import {disturbanceNote, Race} from './race';
import {compete} from './rounds';
import {Team} from './team';

/** What is measured in a row. */
export interface Row {
	/** In words. */
	readonly name: string;
	readonly of: Case;
	/** The case in the words of a contender; undefined for one that has no part in it. */
	readonly caseOf: (contender: string) => Case | undefined;
}

/** The course of a trial. */
export class Trial implements Disposable {
	readonly report: Report;
	readonly settings: Settings;
	readonly #listener: InterruptListener;
	readonly #begun = performance.now();
	readonly #goals: Goal[] = [];
	readonly #told = new Set<string>();
	readonly #machine = machine();
	readonly #able: readonly Rival[];
	readonly #pace: {readonly rounds: number; readonly limit: number};
	#rows = 0;
	#done = 0;
	#folder: string | undefined;

	/** @throws UsageError for options that make no sense, before anything is written */
	constructor(what: string, settings: Settings, report?: Report) {
		this.settings = settings;
		this.#able = chooseRivals(everybody, settings);
		this.#pace = {
			rounds: countOf(settings, 'rounds', standardRounds),
			limit: limitOf(settings),
		};
		this.report = report ?? wrap(() => new Report(textOf(settings, 'output')));
		this.#listener = new InterruptListener('ending the contenders', 'sophia-bench');
		this.report.record('trial', {trial: what, settings, ...this.#machine});
	}

	get signal(): AbortSignal {
		return this.#listener.signal;
	}

	/** Starts the contenders that have some of this work, and says who is absent and why: each reason once. */
	async team(setting: Setting, kinds: readonly string[], names?: readonly string[]): Promise<Team> {
		const able = this.#able
			.filter((rival) => rival.kinds.some((kind) => kinds.includes(kind)))
			.filter(({name}) => names === undefined || names.includes(name));
		return this.start(setting, able);
	}

	/** Starts these, some of whom may be one rival under several names. */
	async start(setting: Setting, able: readonly Rival[]): Promise<Team> {
		this.report.progress(0, 'starting the contenders', NaN);
		const team = await Team.start(able, setting, this.signal);
		for (const {name, title} of team.members) {
			this.report.record('contender', {name, title});
		}
		for (const {name, reason} of team.absent) {
			this.#once(`${name} is left out: ${reason}`);
			this.report.record('absent', {name, reason});
		}
		return team;
	}

	/** Says how many more rows are to come. The first tell what machine this is. */
	expect(rows: number): number {
		if (rows > 0) {
			this.#once(headline(this.#machine));
		}
		this.#rows += rows;
		return rows;
	}

	/**
	Runs everybody on a row, against each other, and keeps what came of it.

	@param seconds of a turn, at least
	*/
	async race(team: Team, row: Row, seconds: number): Promise<Race> {
		const racing = team.members.flatMap(({name, contender}) => {
			const of = row.caseOf(name);
			return of === undefined ? [] : [{name, contender, of}];
		});
		const {rounds, limit} = this.#pace;
		const onRound = (round: number) => this.#tell(`${row.name}, round ${round + 1} of ${rounds}`, round / rounds);
		const outcomes = await compete(racing, {rounds, seconds, limit, signal: this.signal, onRound});
		this.#done++;
		const race = new Race(
			row.name,
			row.of,
			outcomes.map((outcome, i) => [racing[i]?.name ?? '', outcome]),
		);
		this.report.record('row', race.toJSON());
		return race;
	}

	/** Says why somebody has no time in a row, and that its ceiling moved: each reason once. */
	tellReasons(race: Race, ceiling?: string): void {
		if (ceiling !== undefined && race.disturbed(ceiling)) {
			this.#once(`  ${disturbanceNote}`);
		}
		for (const [name, {reason}] of race.outcomes) {
			if (reason !== undefined) {
				this.#once(`  ${name}: ${reason}`);
			}
		}
	}

	#once(line: string): void {
		if (!this.#told.has(line)) {
			this.#told.add(line);
			this.report.say(line);
		}
	}

	#tell(text: string, part: number): void {
		const done = (this.#done + part) / this.#rows;
		const left = (((performance.now() - this.#begun) / 1e3) * (1 - done)) / done;
		this.report.progress(done, text, left);
	}

	/** A goal that is told at the end. */
	goal(goal: Goal): void {
		this.#goals.push(goal);
	}

	/** @throws UsageError when there is no row of what was asked for */
	expectSome(): void {
		if (this.#rows === 0) {
			throw new UsageError('Expected `--only` to have words of a row: there is none with them');
		}
	}

	/** Tells the goals. */
	end(): void {
		tellGoals(this.report, this.#goals);
	}

	/** A folder for contenders, which goes with the trial. */
	get folder(): string {
		return (this.#folder ??= mkdtempSync(join(tmpdir(), 'sophia-bench-')));
	}

	[Symbol.dispose](): void {
		if (this.#folder !== undefined) {
			rmSync(this.#folder, {recursive: true, force: true});
		}
		this.report.end();
		this.#listener[Symbol.dispose]();
	}
}

const standardRounds = Number(commonOptions.find(({name}) => name === 'rounds')?.standard);
