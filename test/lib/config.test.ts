import {makeConfig, nativeConfig, parameterCount} from '../../lib/config';

describe('the shape of a model', () => {
	test('is the smallest GPT-2 by default, of 124,439,808 parameters', () => {
		const config = makeConfig({});
		expect(config).toMatchObject({layers: 12, heads: 12, width: 768, context: 1024, vocabulary: 50257, bias: true});
		expect(parameterCount(config)).toBe(124_439_808);
	});

	test('is checked before it is counted', () => {
		expect(parameterCount({layers: 1, width: 12})).toBe(parameterCount(makeConfig({layers: 1, width: 12})));
		expect(() => parameterCount(null as never)).toThrow('Expected `model` to be an object, got `null`');
	});

	test('without biases is counted without them', () => {
		const shape = {layers: 2, heads: 2, width: 8, context: 4, vocabulary: 5};
		const biases = 2 * (9 + 2) * 8 + 8;
		expect(parameterCount(makeConfig(shape)) - parameterCount(makeConfig({...shape, bias: false}))).toBe(biases);
	});

	test.each([
		[{heads: 5}, 'Expected `heads` to divide `width`, got 5 heads and width 768'],
		[{layers: 0}, 'Expected `layers` to be an integer in [1, 2147483647], got `0`'],
		[{width: 1.5}, 'Expected `width` to be an integer'],
		[{dropout: 1}, 'Expected `dropout` to be in [0, 1), got `1`'],
		[{gelu: 'relu'}, 'Expected `gelu` to be one of `tanh`, `erf`'],
		[{bias: 1}, 'Expected `bias` to be a boolean'],
		[{layer: 1}, 'Unknown option `layer`, did you mean `layers`?'],
		[null, 'Expected `model` to be an object'],
	])('%j is rejected', (options, message) => {
		expect(() => makeConfig(options as object)).toThrow(message);
	});

	test('crosses the boundary with a place and no default left open', () => {
		expect(nativeConfig(makeConfig({}), {})).toMatchObject({device: 'cpu', threads: 0, isa: '', gelu: 'tanh'});
		expect(nativeConfig(makeConfig({}), {threads: 2, isa: 'avx2'})).toMatchObject({threads: 2, isa: 'avx2'});
		expect(nativeConfig(makeConfig({}), {dtype: 'bfloat16'})).toMatchObject({device: 'cpu', dtype: 'bfloat16'});
		const half = () => nativeConfig(makeConfig({}), {dtype: 'float16' as never});
		expect(half).toThrow('Expected `dtype` to be one of `float32`, `bfloat16`');
		expect(() => nativeConfig(makeConfig({}), {threads: -1})).toThrow(RangeError);
		const odd = () => nativeConfig(makeConfig({}), {isa: 5 as never});
		expect(odd).toThrow('Expected `isa` to be a string, got `5` (number)');
	});
});
