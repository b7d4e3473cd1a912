/** What was found about noise, and how many seeds see through it. */
import type {Section} from '../study/document';
import {requiredSeeds} from '../study/inference';
import type {Noise} from '../study/noise';
import {nats} from './words';

/** What the study found after equal tuning, at the most and at the least, and what is worth knowing of. */
const speedups = [1.1, 1.3];

/** @param slope of the reference's final loss over ln D in that regime; NaN where no runs tell it */
export function noiseSection(noise: Noise, slope = NaN): Section {
	const {regime, seeds, losses, sigma, unpaired, paired, settings} = noise;
	const [a, b] = losses;
	return {
		title: `Noise, ${regime}`,
		paragraphs: [
			`The final loss of AdamW over ${seeds.length} seeds has a standard deviation of ${nats(sigma)} nats. Two ` +
				`configurations differ by chance with ${nats(unpaired)}, with the same seeds, the same weights to begin with and ` +
				`the same batches with ${nats(paired)}. A search takes nothing for better that is not better by twice that.`,
			...(slope < 0 ? [seedsInWords(noise, slope)] : []),
		],
		tables: [
			{
				caption: `Final validation loss, nats per token, at rate ${settings.learningRate} and at half of it`,
				columns: ['seed', 'loss', 'at half the rate'].map((title) => ({title, numeric: true})),
				rows: seeds.map((seed, i) => [String(seed), nats(a[i] ?? NaN), nats(b[i] ?? NaN)]),
			},
		],
		charts: [],
	};
}

/** What pairing leaves of a difference counts for two runs. */
function seedsInWords({paired}: Noise, slope: number): string {
	const counts = speedups.map((speedup) => {
		const seeds = requiredSeeds({sigma: paired / Math.SQRT2, slope, speedup});
		return `${speedup} takes ${seeds.toLocaleString('en')} seeds`;
	});
	return (
		`The loss falls by ${nats(-slope)} nats for e times the data. With that, to see a speed-up in four comparisons of ` +
		`five, one of ${counts.join(', one of ')}; where those are fewer than five, one or two more, as so few know their ` +
		`own noise badly.`
	);
}
