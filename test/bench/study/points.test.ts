import {Points, Tried} from '../../../bench/study/points';
import {published} from './regimes';

const at = (clip: number) => ({...published, clip});

test('tries nothing twice, within its budget, and leaves a reserve', async () => {
	const asked: number[][] = [];
	const points = new Points((settings) => {
		asked.push(settings.map(({clip}) => clip));
		return Promise.resolve(settings.map(({clip}) => clip));
	}, 5);
	await points.try([at(1), at(2), at(1)], 0);
	await points.try([at(2), at(3)], 0);
	await points.try([at(4), at(5)], 0, 1);
	expect([asked, points.left]).toEqual([[[1, 2], [3], [4]], 1]);
	await points.try([at(1), at(2)], 1);
	expect([points.loss(at(1), 1), points.loss(at(2), 1), points.left]).toEqual([1, NaN, 0]);
	expect([points.has(at(1), 1), points.has(at(2), 1), points.has(at(5), 0)]).toEqual([true, false, false]);
	expect(points.all().map(({settings, losses}) => [settings.clip, losses])).toEqual([
		[1, {0: 1, 1: 1}],
		[2, {0: 2}],
		[3, {0: 3}],
		[4, {0: 4}],
	]);
});

test('what was tried once is known from what was kept of it', () => {
	const tried = new Tried([{settings: at(1), losses: {0: 2}}]);
	expect([tried.loss(at(1), 0), tried.has(at(1), 1), tried.has(at(2), 0)]).toEqual([2, false, false]);
	expect(tried.all()).toEqual([{settings: at(1), losses: {0: 2}}]);
});

test('a run that failed was tried, and has no loss', async () => {
	const points = new Points(() => Promise.resolve([]), 5);
	await points.try([at(1)], 0);
	expect([points.has(at(1), 0), points.loss(at(1), 0), points.left]).toEqual([true, NaN, 4]);
});
