/** How a step's time follows the length of sequences, the width, the vocabulary and the threads. */
import {availableParallelism} from 'node:os';
import {renamed, wantedOf} from '../options';
import {digits, shown, type Race} from '../race';
import type {Column} from '../report';
import {ours} from '../rivals/ours';
import {line} from '../statistics';
import type {Trial} from '../trial';
import type {Course} from './step';

/** What is varied, and around what. */
const base = {layers: 4, heads: 4, width: 256, vocabulary: 256, length: 256, tokens: 4096};

type Shape = Partial<typeof base> & {readonly threads?: number};

const powers = (first: number, last: number): number[] => (first > last ? [] : [first, ...powers(2 * first, last)]);

/** By what is varied: the shapes that meet in one race. */
function series(threads: number): Readonly<Record<string, readonly Shape[]>> {
	return {
		length: powers(64, base.tokens).map((length) => ({length})),
		width: powers(128, 1024).map((width) => ({width, heads: width / 64})),
		vocabulary: [256, 1024, 4096, 16384, 50257].map((vocabulary) => ({vocabulary})),
		threads: [...new Set([...powers(1, threads), threads])].map((count) => ({threads: count})),
	};
}

/** Each shape has a process of its own, so that all meet the same neighbours. */
export async function scalingPart({trial, setting, seconds}: Course): Promise<void> {
	const most = Math.max(setting.threads, availableParallelism());
	const all = Object.entries(series(most)).map(([what, shapes]) => ({name: `scaling, ${what}`, what, shapes}));
	const wanted = wantedOf(all, trial.settings);
	trial.expect(wanted.length);
	for (const {name: row, what, shapes} of wanted) {
		const names = shapes.map((shape) => `${what} ${shape[what as keyof Shape]}`);
		using team = await trial.start({...setting, threads: most}, renamed(ours, names));
		const caseOf = (who: string) => {
			const {tokens, length, ...shape} = {...base, threads: setting.threads, ...shapes[names.indexOf(who)]};
			return {kind: 'step', ...shape, length, batch: tokens / length, dtype: 'float32', folder: trial.folder};
		};
		const race = await trial.race(team, {name: row, of: {kind: 'step', ...base}, caseOf}, seconds);
		tell(trial, race, names, what, shapes);
	}
}

const columns = (what: string): readonly Column[] => [
	{title: `by ${what}, ${base.tokens} tokens a step`, width: 32, left: true},
	{title: 'ms', width: 9},
	{title: 'tokens/s', width: 9},
	{title: 'GFLOP/s', width: 9},
	{title: 'time of the first', width: 20},
];

function tell(trial: Trial, race: Race, names: readonly string[], what: string, shapes: readonly Shape[]): void {
	trial.report.say();
	trial.report.table(columns(what));
	for (const name of names) {
		const seconds = race.seconds(name) ?? NaN;
		const operations = race.outcomes.get(name)?.facts.operations ?? NaN;
		trial.report.row([
			name,
			digits(1e3 * seconds, 2),
			digits(base.tokens / seconds, 0),
			digits(operations / 1e9 / seconds, 0),
			shown(race.speedup(names[0] ?? '', name)),
		]);
	}
	trial.tellReasons(race);
	if (what === 'length') {
		tellAttention(trial, race, names, shapes);
	}
}

/**
Time and operations of a step are lines over the length: what grows is attention. The goal compares seconds of an operation
of the part that grows with those of the part that stays.
*/
function tellAttention(trial: Trial, race: Race, names: readonly string[], shapes: readonly Shape[]): void {
	const lengths = shapes.map(({length = NaN}) => length);
	const seconds = line(
		lengths,
		names.map((name) => race.seconds(name) ?? NaN),
	);
	const operations = line(
		lengths,
		names.map((name) => race.outcomes.get(name)?.facts.operations ?? NaN),
	);
	const cost = seconds.slope / operations.slope / (seconds.start / operations.start);
	trial.goal({
		what: "7: attention's seconds for an operation, in those of all else",
		measured: cost,
		wanted: 1.5,
		atMost: true,
		note: `a line over the length leaves at most ${digits(100 * seconds.error, 1)} % of a step`,
	});
}
