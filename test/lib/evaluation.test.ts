import {makeConfig} from '../../lib/config';
import {evaluationOptions} from '../../lib/evaluation';

const config = makeConfig({context: 64});

describe('options of an evaluation', () => {
	test('are whole by default', () => {
		const whole = {split: 'validation', batch: 8, length: 64, batches: 20, seed: 1337};
		expect(evaluationOptions({}, config)).toEqual(whole);
	});

	test.each([[{length: 65}], [{batch: 0}], [{batches: -1}], [{seed: -1}], [{split: 'test'}]])(
		'%j is rejected',
		(options) => {
			expect(() => evaluationOptions(options as object, config)).toThrow(RangeError);
		},
	);

	test('a misspelt one is named', () => {
		expect(() => evaluationOptions({batchs: 1} as object, config)).toThrow(/did you mean `batch(es)?`\?/);
	});
});
