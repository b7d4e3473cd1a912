/** What all trials share: who takes part, the report, the time that is left, and an end in order. */
import {InterruptListener} from '#lib/cli/interrupt';
import type {Option, Settings} from '#lib/cli/options';
import {wrap} from '#lib/errors';
import {tellGoals, type Goal} from './goals';
import {machine} from './machine';
import {amountOf, chooseRivals, commonOptions, countOf} from './options';
import {rivals as everybody} from './rivals/index';
import type {Rival, Setting} from './rivals/rival';
import {Report} from './report';
import {compete, type Entry, type Outcome} from './rounds';
import {Team} from './team';

/** The course of a trial. */
export class Trial implements Disposable {
	readonly report: Report;
	readonly settings: Settings;
	readonly #listener = new InterruptListener('ending the contenders', 'sophia-bench');
	readonly #begun = performance.now();
	readonly #goals: Goal[] = [];

	constructor(what: string, settings: Settings, report?: Report) {
		this.settings = settings;
		this.report = report ?? wrap(() => new Report(settings.output as string | undefined));
		this.report.record('trial', {trial: what, settings, ...machine()});
	}

	get signal(): AbortSignal {
		return this.#listener.signal;
	}

	/** Starts the contenders that have some of this work, and says who is absent and why. */
	async team(setting: Setting, kinds: readonly string[], all: readonly Rival[] = everybody): Promise<Team> {
		const able = chooseRivals(all, this.settings).filter((rival) => rival.kinds.some((kind) => kinds.includes(kind)));
		this.report.progress(0, 'starting the contenders', NaN);
		const team = await Team.start(able, setting, this.signal);
		for (const {name, title} of team.members) {
			this.report.record('contender', {name, title});
		}
		for (const {name, reason} of team.absent) {
			this.report.say(`${name} is left out: ${reason}`);
			this.report.record('absent', {name, reason});
		}
		return team;
	}

	/** Runs the entries of a row against each other. @param part of the whole trial that is done before it */
	async compete(entries: readonly Entry[], name: string, part: number, size: number, seconds: number): Promise<Outcome[]> {
		const rounds = countOf(this.settings, 'rounds', standardOf('rounds'));
		const limit = amountOf(this.settings, 'limit', standardOf('limit'));
		const onRound = (round: number) => {
			const done = part + (size * round) / rounds;
			const left = (((performance.now() - this.#begun) / 1e3) * (1 - done)) / done;
			this.report.progress(done, `${name}, round ${round + 1} of ${rounds}`, left);
		};
		return compete(entries, {rounds, seconds, limit, signal: this.signal, onRound});
	}

	/** A goal that is told at the end. */
	goal(goal: Goal): void {
		this.#goals.push(goal);
	}

	/** Tells the goals. */
	end(): void {
		tellGoals(this.report, this.#goals);
	}

	[Symbol.dispose](): void {
		this.report.end();
		this.#listener[Symbol.dispose]();
	}
}

function standardOf(name: string): number {
	return Number(commonOptions.find((option: Option) => option.name === name)?.standard);
}
