import {finalSeeds, freshSeeds, mostFinalSeeds, noiseSeeds, searchSeed} from '../../../bench/study/seeds';

test('nobody has the seed of another', () => {
	const all = [searchSeed, ...freshSeeds, ...finalSeeds(mostFinalSeeds), ...noiseSeeds(1000)];
	expect(new Set(all).size).toBe(3 + mostFinalSeeds + 1000);
	expect([finalSeeds(2), noiseSeeds(2)]).toEqual([
		[100, 101],
		[200, 201],
	]);
});
