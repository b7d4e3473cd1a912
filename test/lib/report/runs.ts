/** Runs that never were: the metrics of a training that goes as one would wish. */
import {appendFileSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';

/** Parts of all coordinates in 64 bins, most of them near one. */
export function bell(middle: number): number[] {
	const heights = Array.from({length: 64}, (_, bin) => Math.exp(-(((bin - middle) / 4) ** 2)));
	const sum = heights.reduce((total, height) => total + height, 0);
	return heights.map((height) => height / sum);
}

/** The report of a step, as native code writes it. */
export function reportOf(step: number, more: object = {}): object {
	const evaluated = step % 50 === 0;
	const noise = Math.sin(step * 12.9898) / 4;
	const loss = 1.5 + 4 * Math.exp(-step / 60) + noise;
	return {
		step,
		loss,
		learningRate: 1e-3 * Math.min(1, step / 20),
		gradientNorm: 1 + noise,
		clipped: step < 10,
		clipRate: Math.min(1, 10 / step),
		rho: 0.05,
		winRate: step < 10 ? 0 : 0.3 + noise / 2,
		negativeRate: 0,
		unclipped: 0.3,
		hessianNorm: step < 10 ? 0 : 0.03,
		hessianNorm2: 6e-4,
		parameterNorm: 37 + step / 100,
		momentumNorm: 0.4,
		skipped: step < 120 ? 0 : 1,
		tokens: 2048 * step,
		tokensPerSecond: 56000 + 2000 * noise,
		flops: 3.2e11,
		milliseconds: {
			data: 0.03,
			forward: 11 + noise,
			backward: 24,
			step: 0.38,
			curvature: step % 10 === 0 ? 34 : 0,
			evaluation: evaluated ? 700 : 0,
			checkpoint: 5e-5,
		},
		...(step % 10 === 0 ? {ratioHistogram: bell(30)} : {}),
		...(evaluated ? {trainLoss: loss - noise, validationLoss: loss + 0.1, bestValidationLoss: loss + 0.1} : {}),
		...more,
	};
}

/** Adds steps to the metrics of a directory, which need not exist. @returns the directory */
export function addSteps(directory: string, first: number, last: number, more: (step: number) => object = () => ({})) {
	mkdirSync(directory, {recursive: true});
	const lines: string[] = [];
	for (let step = first; step <= last; step++) {
		lines.push(`${JSON.stringify(reportOf(step, more(step)))}\n`);
	}
	appendFileSync(join(directory, 'metrics.jsonl'), lines.join(''));
	return directory;
}
