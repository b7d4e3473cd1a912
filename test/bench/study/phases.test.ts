import {ratiosOf, regimesOf, searchAll, searchFirst} from '../../../bench/study/phases';
import {presets} from '../../../bench/study/presets';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';

const directory = temporaryDirectory();
const [preset = fail()] = presets;

function fail(): never {
	throw new Error('no preset');
}

test('a search goes from what was published over other regimes, and searches again what is sensitive', async () => {
	const {study} = fakeStudy(directory());
	const {full, again} = await searchAll(study, preset, 'lion');
	expect(full.map(({regime, from, searched}) => [regime.shape.width, regime.ratio, from, searched.length])).toEqual([
		[48, 1, undefined, 6],
		[48, 2, '2x48-r1', 6],
		[32, 1, '2x48-r1', 6],
	]);
	expect(again.map(({regime, from, searched}) => [regime.ratio, from, searched])).toEqual([
		[4, '2x48-r2', ['learningRate']],
	]);
	expect(full.map(({best}) => best.learningRate)).toEqual([3.2e-3, 3.2e-3, 3.2e-3]);
});

test('the reference has one ratio more, to read speed-ups off', () => {
	expect(ratiosOf(preset, 'adamw')).toEqual([1, 2, 4, 8]);
	expect(ratiosOf(preset, 'lion')).toEqual([1, 2, 4]);
	const {study} = fakeStudy(directory());
	expect(regimesOf(study, preset).map(({ratio}) => ratio)).toEqual([1, 2, 4]);
});

test('a baseline is searched in the first regime', async () => {
	const {study} = fakeStudy(directory());
	const {full, again} = await searchFirst(study, preset, 'signum');
	expect([full.length, again, full[0]?.from]).toEqual([1, [], undefined]);
});
