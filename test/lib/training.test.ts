import {makeTraining} from '../../lib/training';

describe('how a run trains', () => {
	test('is whole by default, as long as the context', () => {
		expect(makeTraining({}, 64)).toEqual({
			steps: 1000,
			batch: 8,
			length: 64,
			accumulation: 1,
			clip: 1,
			schedule: {kind: 'cosine', warmup: 100, finalRatio: 0.05, decaySteps: 200, warmupForm: '(step+1)/(warmup+1)'},
			seed: 1337,
			evaluation: {every: 100, batches: 20},
			checkpoint: {every: 100, keepEvery: 0},
			divergedAfter: 10,
		});
	});

	test('is its own JSON', () => {
		const training = makeTraining({steps: 7, evaluation: {every: 0}, clip: 0}, 64);
		expect(makeTraining(JSON.parse(JSON.stringify(training)) as object, 64)).toEqual(training);
	});

	test.each([
		[{length: 65}, 'Expected `length` to be an integer in [1, 64], got `65`'],
		[{steps: 0}, 'Expected `steps`'],
		[{batch: 0}, 'Expected `batch`'],
		[{accumulation: 0}, 'Expected `accumulation`'],
		[{clip: -1}, 'Expected `clip`'],
		[{seed: -1}, 'Expected `seed`'],
		[{evaluation: {batches: -1}}, 'Expected `evaluation.batches`'],
		[{evaluation: {evry: 1}}, 'did you mean `every`?'],
		[{checkpoint: {every: -1}}, 'Expected `checkpoint.every`'],
		[{schedule: {warmup: 2000}}, 'Expected `schedule.warmup`'],
		[{schedule: {warmups: 2}}, 'did you mean `warmup`?'],
		[{learningRate: 1}, 'Unknown option `learningRate`'],
	])('%j is rejected', (options, message) => {
		expect(() => makeTraining(options as object, 64)).toThrow(message);
	});
});
