import {digestOf} from '../../../bench/study/job';
import {witnessesOf} from '../../../bench/study/witnesses';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';
import {certificateOf} from './regimes';

const directory = temporaryDirectory();
const {study, told} = fakeStudy(directory(), undefined, 'lion');
const here = study.regime(4);
/** One of this study, of another ratio. */
const good = certificateOf({regime: study.regime(1), digest: digestOf(study.regime(1)), fingerprint: [5, 4, 5]});
const other = {...study.regime(1), batch: 8};
const nothing = undefined as never;

test('certificates of the same study and code that are proven count, at whatever size and ratio', async () => {
	expect(await witnessesOf(study, [good], here)).toEqual({kept: [good], left: []});
	expect(await witnessesOf(study, [], here)).toEqual({kept: [], left: []});
});

test.each([
	['other steps', {...good, regime: other, digest: digestOf(other)}, 'of other data, steps or vocabulary, for 2x48-r1'],
	['other code', {...good, fingerprint: [5, 4, 3]}, 'of code that computed otherwise'],
	['an edge', {...good, points: good.points.slice(0, -1)}, 'may be better beyond what was tried of clip'],
	['another digest', {...good, digest: '0'}, 'of another regime'],
	['an optimizer that crashes now', {...good, optimizer: 'lion'}, 'Lion crashes in its first steps, for 2x48-r1'],
	['damage', {...good, regime: nothing}, 'has a certificate that is damaged'],
	['damaged points', {...good, points: [null as never]}, 'has a certificate that is damaged'],
])('one of %s is left out, and told', async (_what, bad, reason) => {
	const {kept, left} = await witnessesOf(study, [bad, good], here);
	expect(kept).toEqual([good]);
	expect(left).toEqual([expect.stringMatching(/^Left out: (AdamW|Lion) /)]);
	expect(left[0]).toContain(reason);
	expect(told.join('\n')).toContain(reason);
});
