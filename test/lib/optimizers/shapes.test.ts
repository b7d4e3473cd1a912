import {Device} from '../../../lib/device';
import {describe as describeTensors, sizesOf, type GroupShape} from '../../../lib/optimizers/shapes';

const zeros = (...shape: number[]) => Device.cpu().zeros(shape);
const described = (group: GroupShape, numbers = zeros(6, 4) as ReturnType<typeof zeros> | Float32Array) =>
	describeTensors(group, [{key: 'x', name: 'x', numbers}])[0];
const refused = (words: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(words)}) as Error;

describe('a tensor of a group', () => {
	test('is a matrix from two dimensions on, (out, in), and else a vector', () => {
		const common = {name: 'x', outLast: false, parts: 1, heads: 0};
		expect(described({})).toEqual({...common, role: 'matrix', rows: 6, columns: 4});
		expect(described({}, zeros(5))).toEqual({...common, role: 'vector', rows: 1, columns: 5});
		expect(described({}, zeros())).toEqual({...common, role: 'vector', rows: 1, columns: 1});
		expect(described({}, new Float32Array(24))).toMatchObject({role: 'vector', columns: 24});
	});

	test('is what the group says', () => {
		expect(described({role: 'embedding'})).toMatchObject({role: 'embedding', rows: 6, columns: 4});
		expect(described({role: 'vector'})).toMatchObject({role: 'vector', rows: 1, columns: 24});
		expect(described({outLast: true, parts: 2, heads: 2})).toMatchObject({parts: 2, heads: 2, outLast: true});
		expect(described({heads: 3})).toMatchObject({heads: 3, parts: 1});
		expect(described({role: 'embedding', outLast: true, parts: 4})).toMatchObject({parts: 1}); // of matrices alone
	});

	test('of more dimensions is its first, or its last, and all others', () => {
		expect(described({}, zeros(2, 3, 4))).toMatchObject({rows: 2, columns: 12});
		expect(described({outLast: true}, zeros(2, 3, 4))).toMatchObject({rows: 6, columns: 4});
		expect(described({outLast: true, role: 'embedding'}, zeros(2, 3, 4))).toMatchObject({rows: 2, columns: 12});
	});

	test('that is an array has the shape that is given, by name or in an order', () => {
		const numbers = new Float32Array(24);
		expect(described({shapes: {x: [8, 3]}}, numbers)).toMatchObject({role: 'matrix', rows: 8, columns: 3});
		const members = [0, 1].map((i) => ({key: String(i), name: String(i), numbers}));
		expect(describeTensors({shapes: [[4, 6], [24]]}, members)).toMatchObject([{rows: 4}, {rows: 1, role: 'vector'}]);
	});

	test('may have the name of a property that every object has', () => {
		const members = [{key: 'constructor', name: 'constructor', numbers: new Float32Array(2)}];
		expect(describeTensors({}, members)).toMatchObject([{role: 'vector', columns: 2}]);
	});

	test.each([
		[{role: 'weight'}, '`role`'],
		[{outLast: 1}, '`outLast`'],
		[{parts: 0}, '`parts`'],
		[{parts: 2}, 'Expected `outLast` with `parts`'],
		[{outLast: true, parts: 3}, 'Expected `x` to divide into 3 parts, got 4 outputs'],
		[{outLast: true, parts: 2, heads: 4}, 'into 2 parts of 4 heads, got 4 outputs'],
		[{heads: 5}, 'into 1 parts of 5 heads, got 6 outputs'],
		[{heads: -1}, '`heads`'],
		[{shapes: {y: [6, 4]}}, '`shapes` of the tensors of the group, got `y`'],
		[{shapes: {x: [6, 5]}}, 'Expected 30 elements for the shape [6, 5], got 24'],
		[{shapes: {x: 24}}, '`shape`'],
		[{shapes: 5}, '`shapes`'],
	])('is refused as %j', (group, words) => {
		expect(() => described(group as never)).toThrow(refused(words));
	});

	test('of one dimension is no matrix', () => {
		expect(() => described({role: 'matrix'}, new Float32Array(24))).toThrow(
			refused('Expected `x` to have two dimensions or more, as a tensor of the role `matrix`, got [24]: `shapes` says'),
		);
	});
});

test('sizes as tables show them', () => {
	expect(['matrix', 'vector'].map((role) => sizesOf({...described({}), role} as never))).toEqual(['6×4', '4']);
});
