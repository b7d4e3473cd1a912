import {headOf, seedsInWords} from '../../../bench/study/head';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';

const directory = temporaryDirectory();

test('seeds are told in few words', () => {
	expect(seedsInWords([2, 0, 1, 100, 101, 0, 7])).toBe('0 to 2, 7, 100 to 101');
	expect(seedsInWords([])).toBe('');
});

test('the head names models, data, runs, steps and seeds', () => {
	const {study} = fakeStudy(directory());
	const small = {layers: 1, heads: 1, width: 16};
	const grounds = [study.regime(1), study.regime(2), study.regime(1, small)].flatMap((regime) =>
		[100, 101].map((seed) => ({regime, seed})),
	);
	const head = new Map(headOf(study, grounds));
	expect([...head.keys()]).toEqual(['machine', 'versions', 'date', 'model', 'data', 'runs', 'steps', 'seeds']);
	expect(head.get('model')).toBe(
		'2x48: layers 2, width 48, heads 3, N = 55,296 without embeddings; 1x16: layers 1, width 16, heads 1, N = 3,072 without embeddings',
	);
	expect(head.get('data')).toBe('10 tokens to train on, 5 to validate on, bytes');
	expect(head.get('runs')).toBe(
		'2x48-r1: 1,105,920 tokens in 4,320 steps; 2x48-r2: 2,211,840 tokens in 8,640 steps; 1x16-r1: 61,440 tokens in 240 steps',
	);
	expect(head.get('steps')).toMatch(/^4 sequences of 64 tokens; /);
	expect(head.get('seeds')).toBe('100 to 101');
});

test('without runs it names the model that was given', () => {
	const head = new Map(headOf(fakeStudy(directory()).study, []));
	expect([head.get('model'), head.get('runs'), head.get('seeds')]).toEqual([
		'2x48: layers 2, width 48, heads 3, N = 55,296 without embeddings',
		'none',
		'none',
	]);
});
