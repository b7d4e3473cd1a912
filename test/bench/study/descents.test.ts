import {AdamW, SophiaH} from 'sophia-native';
import {race, search, type Found} from '../../../bench/study/descents';
import {methods, type Method} from '../../../bench/study/methods';
import {makeQuadratic, type Sort} from '../../../bench/study/quadratics';

const aim = {tolerance: 1e-4, limit: 20_000};
const named = (name: string): Method => {
	const [method] = methods.filter((each) => each.name === name);
	if (method === undefined) throw new Error(`Nobody is called ${name}`);
	return method;
};
const sort = (problem: Sort['problem'], condition: number, size = 8): Sort => ({problem, condition, size, seed: 1});

async function growth(name: string, problem: Sort['problem'], most = 1e4): Promise<readonly [Found, Found, number]> {
	const first = await search(sort(problem, 10), named(name), aim);
	const last = await search(sort(problem, most), named(name), aim);
	return [first, last, (last.steps ?? Infinity) / (first.steps ?? NaN)];
}

test('a method is told by the steps of its best rate', async () => {
	const [problem, rates] = [makeQuadratic(sort('separable', 1, 2)), [2 ** -6, 2 ** -3, 2 ** 25]];
	const [slow, best, diverged] = await race(problem, named('adamw'), rates, aim);
	expect(slow).toMatchObject({rate: 2 ** -6, steps: undefined}); // the best was there first
	expect(slow?.left).toBeLessThan(1);
	expect(best?.steps).toBeGreaterThan(8);
	expect(best?.steps).toBeLessThan(100);
	expect(diverged).toEqual({rate: 2 ** 25, steps: undefined, left: Infinity}); // and nobody else with it
});

test('where the best rate is at an end of the grid there are more beyond it', async () => {
	const small = await search(sort('separable', 1e6, 2), named('sgd'), {...aim, limit: 200});
	expect(small.rate).toBeLessThan(2 ** -16); // all others diverged
	expect(small).toMatchObject({steps: undefined, tried: 21, edge: false});
	const far: Method = {...named('adamw'), optimizer: new AdamW({weightDecay: 0, epsilon: 1e3})};
	const large = await search(sort('separable', 10, 2), far, aim);
	expect(large.rate).toBeGreaterThan(1);
	expect(large.tried).toBeGreaterThan(13);
});

test('who is not there at the limit has no steps, and the rate that came nearest', async () => {
	const found = await search(sort('separable', 1e4), named('lion'), {tolerance: 1e-4, limit: 20});
	expect(found.steps).toBeUndefined();
	expect(found.left).toBeGreaterThan(1e-4);
	expect(found.left).toBeLessThan(1);
});

describe('the theory of Sophia', () => {
	test('told the diagonal, its steps and its rate do not change with κ, nor do its own estimates’ steps', async () => {
		const [first, last, factor] = await growth('sophia', 'separable');
		expect(factor).toBeLessThan(1.1);
		expect(Math.abs(Math.log2(last.rate / first.rate))).toBeLessThanOrEqual(1);
		expect((await growth('sophia-h', 'separable'))[2]).toBeLessThan(1.1);
	});

	test('a saddle does not hold it', async () => {
		expect((await growth('sophia', 'saddle'))[2]).toBeLessThan(1.1);
	});

	test('a rotation takes the flat line away', async () => {
		expect((await growth('sophia', 'rotated', 1e6))[2]).toBeGreaterThan(3);
	});
});

test('the rate of AdamW, and the steps of Lion and SGD, change with κ', async () => {
	const [fast, slow, many] = await growth('sgd', 'separable');
	expect(many).toBeGreaterThan(10);
	expect(slow.rate).toBeLessThanOrEqual(fast.rate / 100);
	const [first, last] = await growth('adamw', 'separable');
	expect(last.rate).toBeLessThanOrEqual(first.rate / 4);
	const [, , factor] = await growth('lion', 'separable');
	expect(factor).toBeGreaterThan(5);
});

test('curvature makes the flat line: one that is wrong loses it', async () => {
	const blind: Method = {...named('sophia'), optimizer: new SophiaH({weightDecay: 0, gamma: 1e-12})};
	const found = await search(sort('separable', 1e5), blind, {...aim, limit: 1000});
	expect(found.steps).toBeUndefined();
});

test('a signal ends a search, with its reason', async () => {
	const reason = new Error('enough');
	const signal = AbortSignal.abort(reason);
	await expect(search(sort('separable', 1e6), named('lion'), {...aim, signal})).rejects.toBe(reason);
});

test('a search is a function of its arguments', async () => {
	const twice = [1, 2].map(() => search(sort('rotated', 100), named('sophia-h'), aim));
	const [first, second] = await Promise.all(twice);
	expect(first).toEqual(second);
});
