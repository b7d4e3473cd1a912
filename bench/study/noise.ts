/** How much the final loss depends on the seed alone: what every difference is held against. */
import {SophiaError} from '#lib/errors';
import {candidateNamed} from '../candidates/index';
import type {Settings} from '../candidates/candidate';
import {differenceNoise} from './inference';
import {digestOf} from './job';
import {configure, fileOf, nameOf, withRatio, type Regime} from './regime';
import {noiseSeeds} from './seeds';
import type {Study} from './study';
import {readKept, writeJson} from './json';

/** What seeds do to the final loss, in nats per token. */
export interface Noise {
	/** The regime it was measured in. */
	readonly regime: string;
	readonly digest: string;
	readonly optimizer: string;
	/** The configuration, and the one that it is paired with: half the learning rate. */
	readonly settings: Settings;
	readonly seeds: readonly number[];
	/** Of either, in the order of the seeds. */
	readonly losses: readonly [readonly number[], readonly number[]];
	/** Standard deviation of the loss of a configuration over seeds, both of them pooled. */
	readonly sigma: number;
	/** Of the difference of two configurations with seeds of their own: √2 σ. */
	readonly unpaired: number;
	/** Of the difference of two configurations with the same seed, and so the same weights to begin with and the same batches. */
	readonly paired: number;
}

/** AdamW near where its searches ended, for models of this size: noise is wanted where candidates are compared. */
const middle = {learningRate: 4.8e-3, warmup: 0.1};

/** Measures it. @param seeds at least 2 of them: of one there is no spread */
export async function measureNoise(study: Study, regime: Regime, seeds: number): Promise<Noise> {
	const candidate = candidateNamed('adamw');
	const settings = configure(candidate, middle);
	const other = configure(candidate, {...middle, learningRate: middle.learningRate / 2});
	const places = noiseSeeds(seeds);
	study.expect(regime, 2 * seeds);
	const rows = await Promise.all(places.map((seed) => study.losses(regime, candidate, [settings, other], seed)));
	const [a, b] = [0, 1].map((i) => rows.map((row) => row[i] ?? NaN)) as [number[], number[]];
	refuseLost([...a, ...b]);
	const [first, second] = [a, b].map((losses) => new Map(losses.map((loss, i) => [places[i] ?? NaN, loss])));
	const {unpaired, paired} = differenceNoise(first ?? new Map(), second ?? new Map());
	const noise: Noise = {
		regime: nameOf(regime),
		digest: digestOf(regime),
		optimizer: candidate.name,
		settings,
		seeds: places,
		losses: [a, b],
		sigma: unpaired / Math.SQRT2,
		unpaired,
		paired,
	};
	await writeJson(pathOf(study, regime), noise);
	return noise;
}

/** @throws SophiaError `ERR_SOPHIA_DIVERGED` where some are no losses */
function refuseLost(losses: readonly number[]): void {
	const lost = losses.filter((loss) => !Number.isFinite(loss)).length;
	if (lost > 0) {
		throw new SophiaError('ERR_SOPHIA_DIVERGED', `Expected the runs that measure noise to go well, ${lost} did not`);
	}
}

/** That of the regime, or of the same model at another ratio, where it was measured; a file that is damaged is none. */
export function findNoise(study: Study, regime: Regime): Noise | undefined {
	const found = [regime.ratio, 1].map((ratio) => readNoise(study, withRatio(regime, ratio)));
	return found.find((noise) => noise !== undefined);
}

function readNoise(study: Study, regime: Regime): Noise | undefined {
	const parse = (json: unknown) => {
		const noise = json as Noise;
		return noise.digest === digestOf(regime) && noise.sigma >= 0 && noise.paired >= 0 ? noise : undefined;
	};
	return readKept(pathOf(study, regime), parse, (line) => study.once(line));
}

const pathOf = (study: Study, regime: Regime) => study.path('noise', `${fileOf(regime)}.json`);
