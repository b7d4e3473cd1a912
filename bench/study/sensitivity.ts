/**
Which settings must be tuned again in another regime: the second phase of Wen et al. 2025,
https://arxiv.org/abs/2509.02046. A setting is insensitive where one value is part of a near-best configuration in every
regime.
*/
import type {Certificate} from './certificate';

/** What is known of a setting over regimes. */
export interface Sensitivity {
	readonly setting: string;
	/** Values that are near-best in every regime; none: it must be tuned again. */
	readonly common: readonly number[];
	/** Near-best values by regime, in the order of the certificates. */
	readonly near: readonly (readonly number[])[];
	/** By how much the loss rises from the best of the line to its worst neighbour, the most over regimes, in nats. */
	readonly cost: number;
}

/** Judges every setting that was searched in all regimes. @param certificates of one optimizer, of different regimes */
export function sensitivities(certificates: readonly Certificate[]): readonly Sensitivity[] {
	const [first, ...others] = certificates;
	const settings = (first?.searched ?? []).filter((name) => others.every(({searched}) => searched.includes(name)));
	return settings.map((setting) => {
		const near = certificates.map((certificate) => nearValues(certificate, setting));
		const common = (near[0] ?? []).filter((value) => near.every((values) => values.includes(value)));
		return {setting, common, near, cost: Math.max(...certificates.map((each) => costOf(each, setting)))};
	});
}

/** The settings that must be tuned again. */
export function sensitive(certificates: readonly Certificate[]): readonly string[] {
	return sensitivities(certificates)
		.filter(({common}) => common.length === 0)
		.map(({setting}) => setting);
}

/** The values of a setting among configurations that are as good as the best, C of the study. */
function nearValues({points, seeds, nearness}: Certificate, setting: string): readonly number[] {
	const tried = points.map(({settings, losses}) => ({
		value: settings[setting] ?? NaN,
		loss: losses[seeds.search] ?? NaN,
	}));
	const least = Math.min(...tried.map(({loss}) => loss).filter(Number.isFinite));
	const values = tried.filter(({loss}) => loss <= least + nearness).map(({value}) => value);
	return [...new Set(values)].sort((a, b) => a - b);
}

/** What a factor of 2 beside the best costs at most. */
function costOf({star, best}: Certificate, setting: string): number {
	const points = star.find(({axis}) => axis === setting)?.points ?? [];
	const centre = points.findIndex(({value}) => value === best[setting]);
	const here = points[centre]?.loss ?? NaN;
	const beside = [points[centre - 1], points[centre + 1]].flatMap((point) =>
		point === undefined ? [] : point.loss - here,
	);
	return Math.max(0, ...beside);
}
