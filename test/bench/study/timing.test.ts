import {configureAll, entriesOf} from '../../../bench/study/entries';
import {time} from '../../../bench/study/timing';
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
