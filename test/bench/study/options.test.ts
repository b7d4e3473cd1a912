import {candidatesOf, planOf, ratioOf, shapeOf} from '../../../bench/study/options';

test('a model is layers and a width in heads of sixteen', () => {
	expect(shapeOf('2x48')).toEqual({layers: 2, width: 48, heads: 3});
	expect(shapeOf('4×64')).toEqual({layers: 4, width: 64, heads: 4});
});

test.each(['2x50', '0x48', '2x0', '48', '2x48x3', '-2x48', ''])('the model %j is refused', (text) => {
	expect(() => shapeOf(text)).toThrow('Expected `--model` to be layers and a width in sixteens');
	expect(() => shapeOf(text, 'extrapolate')).toThrow('Expected `--extrapolate` to be layers');
});

test('a plan has every number decided', () => {
	expect(planOf({workers: 3})).toEqual({
		directory: 'study',
		data: undefined,
		shape: {layers: 2, width: 48, heads: 3},
		batch: 4,
		length: 64,
		workers: 3,
		limit: 600,
		output: undefined,
	});
	expect(() => planOf({workers: 0})).toThrow('`--workers`');
	expect(() => planOf({workers: 257})).toThrow('Expected `--workers` to be at most 256, got `257`');
	expect(() => planOf({batch: 1e5})).toThrow('Expected `--batch` to be at most 4096, got `100000`');
	expect(() => planOf({length: 1e5})).toThrow('Expected `--length` to be at most 8192, got `100000`');
	expect(() => planOf({limit: -1})).toThrow('`--limit`');
	expect(() => ratioOf({ratio: 0})).toThrow('`--ratio`');
	expect(ratioOf({})).toBe(1);
});

test('candidates are found by name, in their order', () => {
	expect(candidatesOf(['sophia-g', 'adamw']).map(({name}) => name)).toEqual(['adamw', 'sophia-g']);
	expect(() => candidatesOf(['sophiag'])).toThrow('did you mean `sophia-g`');
});
