import {noiseSection} from '../../../bench/findings/noise';
import type {Noise} from '../../../bench/study/noise';
import {published} from '../study/regimes';

const noise: Noise = {
	regime: '2x48-r1',
	digest: '',
	optimizer: 'adamw',
	settings: published,
	seeds: [1, 2],
	losses: [
		[2, 2.1],
		[2.2, 2.3],
	],
	sigma: 0.005,
	unpaired: 0.007,
	paired: 0.004,
};

test('how many seeds see a speed-up is told, by the noise of pairs and the slope', () => {
	// 2 (2.8 × 0.004 / √2 / (0.05 ln 1.1))² = 5.53, and 0.73 for 1.3, of which an interval takes two.
	expect(noiseSection(noise, -0.05).paragraphs[1]).toBe(
		'The loss falls by 0.0500 nats for e times the data. With that, to see a speed-up in four comparisons of five, one of ' +
			'1.1 takes 6 seeds, one of 1.3 takes 2 seeds; where those are fewer than five, one or two more, as so few know ' +
			'their own noise badly.',
	);
});

test.each([NaN, 0, 0.1])('a slope of %d says nothing about seeds', (slope) => {
	expect(noiseSection(noise, slope).paragraphs).toHaveLength(1);
	expect(noiseSection(noise).paragraphs).toHaveLength(1);
});
