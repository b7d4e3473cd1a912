import {histogram, readRatios} from '../../../lib/report/histogram';
import {bell} from './runs';

const only = (bin: number) => Array.from({length: 64}, (_, i) => (i === bin ? 1 : 0));
const shown = (bins: readonly number[]) => histogram({step: 1200, bins}).text;

describe('the histogram of ratios', () => {
	test('has a bar for each bin, those that are clipped in another colour', () => {
		const bars = [...shown(bell(30)).matchAll(/class="fill-(\d)"/g)].map(([, fill]) => fill);
		expect(bars).toEqual([...Array.from({length: 32}, () => '0'), ...Array.from({length: 32}, () => '1')]);
	});

	test.each([
		[31, '100.0 %', 2 ** 0],
		[32, '0.0 %', 1.5],
		[30, '100.0 %', 0.75],
		[0, '100.0 %', 1.5 * 2 ** -16],
		[63, '0.0 %', 2 ** 16],
	])('with all in bin %d says that %s are below 1, and half below %d', (bin, share, half) => {
		const text = shown(only(bin));
		expect(text).toMatch(`At step 1,200, ${share} of the coordinates`);
		expect(text).toMatch(`half of all lie below ${Number(half.toPrecision(3))}.`);
	});

	test('is read from what a report says, and from nothing else', () => {
		const bins = bell(30);
		expect(readRatios(3, bins)).toEqual({step: 3, bins});
		for (const given of [
			undefined,
			'x',
			[],
			bins.slice(1),
			[...bins.slice(1), NaN],
			[...bins.slice(1), '<b>'],
			{length: 64},
		]) {
			expect(readRatios(3, given)).toBeUndefined();
		}
	});

	test('of nothing is empty', () => {
		expect(shown(only(64))).toMatch('0.0 %');
	});
});
