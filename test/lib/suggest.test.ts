import {suggest} from '../../lib/suggest';

describe('a suggestion', () => {
	test('from AdamW is 0.8 times its learning rate and twice its decay', () => {
		const {optimizer, learningRates, source} = suggest({from: 'adamw', learningRate: 5e-4, weightDecay: 0.1});
		expect(optimizer).toMatchObject({name: 'sophia-g', weightDecay: 0.2, rho: 0.04});
		expect(optimizer.learningRate).toBeCloseTo(4e-4, 10);
		expect(learningRates).toEqual([2.5e-4, 5e-4]);
		expect(source).toContain('github.com/Liuhong99/Sophia');
	});

	test('from Lion is 3 to 5 times its learning rate and keeps the product with its decay', () => {
		const {optimizer, learningRates} = suggest({from: 'lion', learningRate: 1e-4, weightDecay: 1});
		expect(optimizer.learningRate * optimizer.weightDecay).toBeCloseTo(1e-4, 12);
		expect(learningRates.map((rate) => rate / 1e-4)).toEqual([expect.closeTo(3), expect.closeTo(5)]);
	});

	test.each([
		[{from: 'adam', learningRate: 1, weightDecay: 0}],
		[{from: 'lion', learningRate: 0, weightDecay: 0}],
		[{from: 'lion', learningRate: 1, weightDecay: -1}],
		[{from: 'lion', learningRate: 1, weightDecay: 1, rho: 2}],
	])('%j is refused', (options) => {
		expect(() => suggest(options as never)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
	});
});
