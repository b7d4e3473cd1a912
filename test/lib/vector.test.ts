import {ParameterVector, sizeOf} from '../../lib/vector';

const parameters = [
	{name: 'a', shape: [2, 3]},
	{name: 'b', shape: [2]},
];

describe('a vector over parameters', () => {
	test('gives every tensor a view of its memory', () => {
		const vector = new ParameterVector(parameters, Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7));
		expect([...vector.tensor('a')]).toEqual([0, 1, 2, 3, 4, 5]);
		vector.tensor('b')[1] = 70;
		expect([...vector.values]).toEqual([0, 1, 2, 3, 4, 5, 6, 70]);
		expect(parameters.map(sizeOf)).toEqual([6, 2]);
	});

	test('is zero without values', () => {
		expect([...new ParameterVector(parameters).values]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
	});

	test('is refused another length, another type and an unknown name', () => {
		expect(() => new ParameterVector(parameters, new Float32Array(7))).toThrow('8 numbers, got 7');
		expect(() => new ParameterVector(parameters, new Float64Array(8) as never)).toThrow('a Float32Array');
		expect(() => new ParameterVector(parameters, new Float32Array(8)).tensor('aa')).toThrow('did you mean `a`?');
	});
});
