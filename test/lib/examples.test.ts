import {makeConfig} from '../../lib/config';
import {examplesOptions, nativeExamples} from '../../lib/examples';

const config = makeConfig({layers: 1, heads: 1, width: 4, context: 6, vocabulary: 9});
const examples = {tokens: Int32Array.of(1, 2, 3, 4), targets: Int32Array.of(2, 3, 4, -1), length: 2};
const refused = expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}) as Error;

describe('examples', () => {
	test('pass to native code with every number decided', () => {
		expect(nativeExamples(examples, {batch: 2}, config)).toEqual({
			...examples,
			batch: 2,
			dropout: false,
			seed: 1337,
			step: 0,
		});
		expect(examplesOptions({}, config)).toEqual({split: 'train', sequences: 8, length: 6, seed: 1337});
	});

	test.each([
		['tokens of another type', {...examples, tokens: [1, 2, 3, 4]}, {}],
		['targets of another type', {...examples, targets: new Float32Array(4)}, {}],
		['a length above the context', {...examples, length: 7}, {}],
		['a name too many', {...examples, rows: 2}, {}],
		['nothing', null, {}],
		['no batch', examples, {batch: 0}],
		['a step of 2³²', examples, {step: 2 ** 32}],
		['an unknown option', examples, {sead: 1}],
	])('are refused: %s', (_name, given, options) => {
		expect(() => nativeExamples(given as never, options as never, config)).toThrow(refused);
	});
});
