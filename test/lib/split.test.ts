import {holdsOut} from '../../lib/split';

const documents = Array.from({length: 20_000}, (_, i) => i);
const chosen = (seed: number, fraction: number) => documents.filter((document) => holdsOut(seed, document, fraction));

describe('documents for validation', () => {
	test('are about that fraction of all', () => {
		for (const fraction of [0.0005, 0.1, 0.5]) {
			const spread = 5 * Math.sqrt(documents.length * fraction * (1 - fraction));
			expect(Math.abs(chosen(1, fraction).length - documents.length * fraction)).toBeLessThan(spread);
		}
	});

	test('are the same for the same seed, and others for another', () => {
		expect(chosen(1, 0.1)).toEqual(chosen(1, 0.1));
		const both = chosen(1, 0.1).filter((document) => holdsOut(2, document, 0.1));
		expect(both.length).toBeGreaterThan(120);
		expect(both.length).toBeLessThan(280);
		expect(chosen(1337, 0.1).slice(0, 5)).toEqual([12, 18, 39, 57, 81]);
	});

	test('stay chosen when more of them are', () => {
		expect(chosen(1, 0.05).every((document) => holdsOut(1, document, 0.1))).toBe(true);
	});
});
