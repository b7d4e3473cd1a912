/**
How near Sophia's coordinates are to being clipped: the part of them in each of 64 half octaves of |m|/(ρ·B·h), as
`StepReport.ratioHistogram` counts them. From 1 on, the upper half, a coordinate is clipped.
*/
import {markup, type Markup} from './markup';

/** The histogram of a step that refreshed the curvature. */
export interface Ratios {
	readonly step: number;
	/** Parts of all coordinates; the first bin holds all that is smaller, the last all that is larger. */
	readonly bins: readonly number[];
}

/** Half octaves that native code counts. */
export const binCount = 64;
const clippedFrom = binCount / 2;

/** What a report says, if it is such a histogram. */
export function readRatios(step: number, given: unknown): Ratios | undefined {
	const bins: readonly unknown[] = Array.isArray(given) ? given : [];
	const holds = bins.length === binCount && bins.every((part) => typeof part === 'number' && part >= 0 && part <= 1);
	return holds ? {step, bins: bins as readonly number[]} : undefined;
}

/** The lower end of a bin. */
const edge = (bin: number) => 2 ** Math.floor((bin - clippedFrom) / 2) * (bin % 2 === 0 ? 1 : 1.5);

/** Bars, and what they say in words. */
export function histogram({step, bins}: Ratios): Markup {
	const most = Math.max(...bins, Number.MIN_VALUE);
	const total = bins.reduce((sum, part) => sum + part, 0);
	const free = bins.slice(0, clippedFrom).reduce((sum, part) => sum + part, 0) / Math.max(total, Number.MIN_VALUE);
	const bars = bins.map((part, bin) => {
		const height = (20 * part) / most;
		const fill = bin < clippedFrom ? 0 : 1;
		return markup`<rect class="fill-${fill}" x="${bin + 0.05}" y="${20 - height}" width="0.9" height="${height}"/>`;
	});
	const words = `At step ${step.toLocaleString('en')}, ${(100 * free).toFixed(1)} % of the coordinates lie below 1`;
	return markup`<p>|m|/(ρ·B·h) before ρ was moved. ${words}, left, and are not clipped; half of all lie below ${median(bins, total)}.</p>
<svg class="histogram" viewBox="0 0 ${binCount} 20" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<p class="scale"><span>2⁻¹⁶ and less</span><span>1</span><span>2¹⁶ and more</span></p>`;
}

/** The upper end of the bin in which half of all is reached. */
function median(bins: readonly number[], total: number): string {
	let sum = 0;
	const bin = bins.findIndex((part) => (sum += part) >= total / 2);
	return String(Number(edge(bin + 1).toPrecision(3)));
}
