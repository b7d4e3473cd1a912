/** A regime, jobs and runs for tests. */
import {candidateNamed} from '../../../bench/candidates/index';
import type {Settings} from '../../../bench/candidates/candidate';
import type {Certificate} from '../../../bench/study/certificate';
import {digestOf, keyOf, type Run} from '../../../bench/study/job';
import {schedule, type Job, type Regime} from '../../../bench/study/regime';
import {neighbours, starOf} from '../../../bench/study/star';
import {machine} from '../../../bench/machine';

export const regime: Regime = {
	shape: {layers: 1, heads: 1, width: 16},
	ratio: 1,
	batch: 4,
	length: 16,
	vocabulary: 256,
	data: '0123456789abcdef',
	schedule,
};

export const {published} = candidateNamed('adamw');

export const jobOf = (changes: Partial<Job> = {}): Job => ({
	regime,
	optimizer: 'adamw',
	settings: published,
	seed: 0,
	...changes,
});

export function runOf(changes: Partial<Job> = {}, loss: number | null = 2): Run {
	const job = jobOf(changes);
	return {key: keyOf(job), ...job, loss, curve: Array.from({length: 20}, (_, i) => 3 - i / 20), seconds: 1};
}

/** A configuration of AdamW, and runs that prove it to be the best: those of its whole star are worse. */
export function provenOf(best: Settings): Pick<Certificate, 'best' | 'points' | 'star'> {
	const {axes} = candidateNamed('adamw');
	const beside = axes.flatMap((axis) => neighbours(best, axis));
	const points = [
		{settings: best, losses: {0: 2, 1: 2, 2: 2}},
		...beside.map((settings) => ({settings, losses: {0: 2.1}})),
	];
	return {best, points, star: starOf(points, best, axes, 0)};
}

/** One that counts: the whole star of AdamW around a configuration, which is the best. @param learningRate its rate */
export function certificateOf(changes: Partial<Certificate> = {}, learningRate = published.learningRate): Certificate {
	const {axes} = candidateNamed('adamw');
	return {
		optimizer: 'adamw',
		regime,
		digest: digestOf(regime),
		begin: published,
		source: '',
		searched: axes.map(({name}) => name),
		grids: {},
		...provenOf({...published, learningRate}),
		loss: 2,
		edges: [],
		budget: {runs: 20, tokens: 1000, used: 15},
		threshold: 0.003,
		nearness: 0.0064,
		noise: null,
		seeds: {search: 0, fresh: [1, 2]},
		fingerprint: [5, 4, 3],
		made: machine(),
		...changes,
	};
}
