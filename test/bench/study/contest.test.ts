import {contestOf} from '../../../bench/study/contest';

test('everybody but the baselines, at three ratios, from five seeds', () => {
	const {entries, ratios, seeds, allowed} = contestOf({});
	expect(entries.map(({name}) => name)).toEqual([
		...['adamw', 'nadamw', 'cautious-adamw', 'lion', 'mars', 'adam-mini', 'sophia-g', 'sophia-h'],
		...['muon', 'scion', 'soap', 'kron'],
	]);
	expect([ratios, seeds, allowed]).toEqual([[1, 2, 4], 5, false]);
});

test('ratios are sorted, and each counts once', () => {
	expect(contestOf({ratios: '8,1,2,1', seeds: 3, untuned: true})).toMatchObject({
		ratios: [1, 2, 8],
		seeds: 3,
		allowed: true,
	});
});

test.each([
	[{ratios: '1,2'}, 'Expected `--ratios` to be 3 or more, got 2'],
	[{ratios: '1,1,2'}, 'got 2'],
	[{ratios: '1,2,x'}, '`--ratios`'],
	[{ratios: '1,2,1e9'}, 'Expected `--ratios` to be at most 10000, got `1000000000`'],
	[{ratios: Array.from({length: 17}, (_, i) => i + 1).join()}, 'Expected `--ratios` to be 16 or fewer, got 17'],
	[{seeds: 2}, '`--seeds` to be at least 3'],
	[{seeds: 101}, '`--seeds` to be at most 100'],
	[{optimizers: 'adam'}, 'did you mean `adamw`'],
])('%j is refused', (settings, message) => {
	expect(() => contestOf(settings)).toThrow(message);
});
