import {digestOf} from '../../../bench/study/job';
import {problemOf} from '../../../bench/study/certificate';
import {certificateOf, published, regime} from './regimes';

const now = [5, 4, 3];

test('a certificate of the regime, of the code and without an edge counts', () => {
	expect(problemOf(certificateOf(), 'adamw', regime, now)).toBeUndefined();
});

const elsewhere = {...regime, ratio: 2};

test.each([
	['of another optimizer', {optimizer: 'lion'}, 'has the certificate of lion'],
	[
		'of another regime',
		{regime: elsewhere, digest: digestOf(elsewhere)},
		'has a certificate of another regime: ratio 2, here 1',
	],
	['whose regime was changed', {regime: elsewhere}, 'has a certificate of another regime: ratio 2, here 1'],
	[
		'of code that computed otherwise',
		{fingerprint: [5, 4, 3.1]},
		'has a certificate of code that computed otherwise: the loss of step 3 was 3.1, is 3',
	],
	[
		'with an edge',
		{edges: ['learningRate', 'beta2']},
		'may be better beyond what was tried of rate, β₂: give it more runs',
	],
	[
		'of what never went well',
		{points: [{settings: published, losses: {0: Infinity}}]},
		'has a certificate of a configuration that never went well',
	],
	[
		'whose best was changed',
		{best: {...published, clip: 0}},
		'has a certificate of a configuration that never went well',
	],
])('one %s does not', (_what, changes, problem) => {
	expect(problemOf(certificateOf(changes), 'adamw', regime, now)).toBe(problem);
});
