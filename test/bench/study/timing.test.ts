import {configureAll, entriesOf} from '../../../bench/study/entries';
import {time, timeAll} from '../../../bench/study/timing';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';

const directory = temporaryDirectory();

test('everybody has as many turns, of whole cycles, once in a directory', async () => {
	const {study, made} = fakeStudy(directory());
	const {configured} = await configureAll(study, entriesOf(['adamw', 'lion', 'sophia-g']), [study.regime(1)]);
	const timings = await time(study, configured);
	expect(new Set(made.map(({steps}) => steps))).toEqual(new Set([200]));
	expect(timings.map(({entry, step, own}) => [entry, step.length, step[0], own[0]])).toEqual([
		['adamw', 7, 10, 2.5],
		['lion', 7, 5, 2.5],
		['sophia-g', 7, 10, 2.5],
	]);
	expect(timings.map(({stateBytes}) => stateBytes)).toEqual([8, 4, 8]);
	expect(await time(study, configured)).toEqual(timings);
	expect(made).toHaveLength(21);
});

test('every regime has turns of its own', async () => {
	const {study, made} = fakeStudy(directory());
	const regimes = [study.regime(1), study.regime(2)];
	const {configured} = await configureAll(study, entriesOf(['adamw', 'lion']), regimes);
	const timings = await timeAll(study, configured);
	expect(timings.map(({entry, ratio}) => [entry, ratio])).toEqual([
		['adamw', 1],
		['lion', 1],
		['adamw', 2],
		['lion', 2],
	]);
	expect(new Set(made.slice(0, 14).map(({regime}) => regime.ratio))).toEqual(new Set([1]));
});
