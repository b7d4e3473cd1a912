/** What was found about noise. */
import type {Section} from '../study/document';
import type {Noise} from '../study/noise';
import {nats} from './words';

export function noiseSection(noise: Noise): Section {
	const {regime, seeds, losses, sigma, unpaired, paired, settings} = noise;
	const [a, b] = losses;
	return {
		title: `Noise, ${regime}`,
		paragraphs: [
			`The final loss of AdamW over ${seeds.length} seeds has a standard deviation of ${nats(sigma)} nats. Two ` +
				`configurations differ by chance with ${nats(unpaired)}, with the same seeds, the same weights to begin with and ` +
				`the same batches with ${nats(paired)}. A search takes nothing for better that is not better by twice that.`,
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
