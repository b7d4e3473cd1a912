/** A study whose runs are computed at once, by a surface. */
import {join} from 'node:path';
import {parameterCount} from 'sophia-native';
import type {Candidate, Settings} from '../../../bench/candidates/candidate';
import {machine} from '../../../bench/machine';
import {keyOf, type Run} from '../../../bench/study/job';
import {schedule, type Job, type Regime, type Shape} from '../../../bench/study/regime';
import type {Study} from '../../../bench/study/study';

/** The loss of a job: Infinity where it diverges, NaN where the run fails. */
export type Surface = (job: Job) => number;

/** What nobody can foresee. */
const noiseOf = (optimizer: string, seed: number) => ((seed * seed * 7 + optimizer.length * 31 * seed) % 101) * 2e-5;

/** How losses fall with tokens, with optima of everybody's own, and some noise of the seeds. */
export const surface: Surface = ({regime: {ratio, shape}, optimizer, settings, seed}) => {
	const octaves = Math.log2(settings.learningRate / (2.4e-3 * (48 / shape.width)));
	const noise = noiseOf(optimizer, seed);
	const gain = {adamw: 1, lion: 0.9, 'sophia-g': 1.3}[optimizer] ?? 0.5;
	return 1.5 + 0.4 * (gain * ratio) ** -0.3 + 0.02 * octaves ** 2 + noise;
};

/** Four bytes for each parameter of Lion, eight of others. */
function stateOf({optimizer, regime: {shape, length, vocabulary}}: Job): number {
	return (optimizer === 'lion' ? 4 : 8) * parameterCount({...shape, context: length, vocabulary});
}

function resultOf(job: Job, of: Surface): Run | undefined {
	const loss = of(job);
	const curve = Array.from({length: 20}, (_, part) => loss + (19 - part) / 20);
	const losses =
		job.steps === undefined
			? {}
			: {losses: Array.from({length: job.steps}, (_, step) => loss + 1 / (1 + step)), state: stateOf(job)};
	const result = {
		loss: Number.isFinite(loss) ? loss : null,
		curve,
		seconds: job.optimizer === 'lion' ? 1 : 2,
		own: 0.5,
	};
	return Number.isNaN(loss) ? undefined : {key: keyOf(job), ...job, ...result, ...losses};
}

const standardShape: Shape = {layers: 2, heads: 3, width: 48};

/** @param of what runs come to @param broken an optimizer that crashes at once */
export function fakeStudy(directory: string, of: Surface = surface, broken = '') {
	const told: string[] = [];
	const made: Job[] = [];
	const expected = {runs: 0};
	const run = (jobs: readonly Job[]) => {
		made.push(...jobs);
		return Promise.resolve(jobs.map((job) => resultOf(job, of)));
	};
	const study = {
		plan: {directory, shape: standardShape, batch: 4, length: 64, workers: 1},
		machine: machine(),
		data: {train: {tokens: 10}, validation: {tokens: 5}, tokenizer: {name: 'bytes'}},
		runner: {run, again: async (job: Job) => (await run([job]))[0]},
		report: {say: (line: string) => told.push(line), record: () => undefined, keeps: false},
		asked: made,
		once: (line: string) => told.push(line),
		expect: (_regime: Regime, runs: number) => (expected.runs += runs),
		path: (...names: readonly string[]) => join(directory, ...names),
		regime: (ratio: number, shape: Shape = standardShape): Regime => ({
			shape,
			ratio,
			batch: 4,
			length: 64,
			vocabulary: 256,
			data: '0',
			schedule,
		}),
		losses: async (regime: Regime, {name}: Candidate, settings: readonly Settings[], seed: number) =>
			(await run(settings.map((each) => ({regime, optimizer: name, settings: each, seed})))).map((each) =>
				each === undefined ? NaN : (each.loss ?? Infinity),
			),
		fingerprint: (_regime: Regime, name: string) => Promise.resolve(name === broken ? undefined : [5, 4, name.length]),
	};
	return {study: study as unknown as Study, told, made, expected};
}
