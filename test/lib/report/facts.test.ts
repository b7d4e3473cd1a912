import {join} from 'node:path';
import {flatten, readFacts} from '../../../lib/report/facts';
import {giveBestCheckpoint} from '../cli/checkpoint';
import {reset, state} from '../fake';
import {temporaryDirectory} from '../temporary';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();

beforeEach(() => {
	reset();
	giveBestCheckpoint(directory());
});

describe('the facts of a run', () => {
	test('come from its checkpoint', () => {
		const facts = readFacts(directory());
		expect(facts).toMatchObject({optimizer: 'sophia-g', parameters: 3064, steps: 9, device: 'avx2'});
		expect(facts.absent).toBeUndefined();
		const configuration = Object.fromEntries(facts.configuration);
		expect(configuration).toMatchObject({
			'model.width': '8',
			'model.parameters': '3064',
			'optimizer.rho': '0.2',
			'optimizer.curvature.estimator': 'gnb',
			'training.schedule.kind': 'cosine',
			'data.tokenizer': 'bytes',
		});
	});

	test('are absent without one', () => {
		expect(readFacts(join(directory(), 'elsewhere'))).toEqual({
			configuration: [],
			absent: 'There is no checkpoint yet.',
		});
	});

	test('are absent where it is damaged, or there is nothing to read it with', () => {
		state.failure = {code: 'ERR_SOPHIA_FORMAT', message: 'Expected a header'};
		expect(readFacts(directory())).toEqual({configuration: [], absent: 'Expected a header'});
	});

	test('are absent where it is of a model without a run', () => {
		state.checkpoint = {...state.checkpoint, metadata: {config: state.checkpoint.metadata.config ?? ''}};
		expect(readFacts(directory()).absent).toMatch('to be the checkpoint of a training run');
	});
});

test('an object is flat by path, whatever is in it', () => {
	expect(flatten({a: {b: 1, c: [true, null]}, d: 'x', e: {}})).toEqual([
		['a.b', '1'],
		['a.c.0', 'true'],
		['a.c.1', 'null'],
		['d', 'x'],
	]);
});
