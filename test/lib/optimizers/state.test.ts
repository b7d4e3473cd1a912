import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Device} from '../../../lib/device';
import {AdamW} from '../../../lib/optimizers/adamw';
import {CautiousAdamW} from '../../../lib/optimizers/cautiousadamw';
import {CautiousLion} from '../../../lib/optimizers/cautiouslion';
import {Lion} from '../../../lib/optimizers/lion';
import {Mars} from '../../../lib/optimizers/mars';
import {NAdamW} from '../../../lib/optimizers/nadamw';
import type {Optimizer} from '../../../lib/optimizers/optimizer';
import {Sgd} from '../../../lib/optimizers/sgd';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {SophiaH} from '../../../lib/optimizers/sophiah';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();
const device = Device.best();
const invalid = (words: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(words)}) as Error;
const coded = (code: string) => expect.objectContaining({code}) as Error;

/** ∇ of ½ Σ cᵢ xᵢ². */
const gradientOf = (x: ArrayLike<number>, curvatures: readonly number[]) =>
	Float32Array.from(x, (value, i) => value * (curvatures[i] ?? 0));

/** A quadratic that is minimised, and the state that does it. */
function quadratic(optimizer: Optimizer, on = device) {
	const curvatures = [1, 10, 100];
	const x = on.from([3, -2, 1]);
	const state = optimizer.attach({x});
	const step = () => state.step({x: gradientOf(x.toArray(), curvatures)});
	const refresh = () =>
		state.updateHessian({x: Float32Array.from(curvatures)}, optimizer instanceof SophiaG ? {tokens: 1} : {});
	const loss = () => x.toArray().reduce((sum, value, i) => sum + 0.5 * (curvatures[i] ?? 0) * value ** 2, 0);
	return {x, state, step, refresh, loss};
}

const optimizers: readonly Optimizer[] = [
	new AdamW({learningRate: 0.05, weightDecay: 0}),
	new Lion({learningRate: 0.01, weightDecay: 0}),
	new Sgd({learningRate: 0.01, nesterov: true}),
	new SophiaG({learningRate: 0.05, weightDecay: 0}),
	new SophiaH({learningRate: 0.05, weightDecay: 0}),
	new NAdamW({learningRate: 0.05, weightDecay: 0}),
	new CautiousAdamW({learningRate: 0.05, weightDecay: 0}),
	new CautiousLion({learningRate: 0.01, weightDecay: 0}),
	new Mars({learningRate: 0.05, weightDecay: 0, vectors: 'mars'}),
];

describe.each(optimizers.map((optimizer) => [optimizer.name, optimizer] as const))('%s, attached', (_, optimizer) => {
	test('descends a quadratic', () => {
		const {state, step, refresh, loss} = quadratic(optimizer);
		const before = loss();
		for (let i = 0; i < 600; i++) {
			step();
			if (i % 10 === 0 && optimizer.refresh() !== undefined) refresh();
		}
		expect(loss()).toBeLessThan(before / 100);
		expect(state.steps).toBe(600);
		state.dispose();
	});

	test('goes on from its saved state as if nothing had been', async () => {
		const one = quadratic(optimizer);
		for (let i = 0; i < 5; i++) one.step();
		if (optimizer.refresh() !== undefined) one.refresh();
		const path = join(directory(), `${optimizer.name}.safetensors`);
		await one.state.save(path);
		const other = quadratic(optimizer);
		other.x.copyFrom(one.x);
		await other.state.restore(path);
		for (let i = 0; i < 5; i++) [one, other].forEach(({step}) => step());
		expect(other.x.toArray()).toEqual(one.x.toArray());
		expect(other.state.state()).toEqual(one.state.state());
	});
});

describe('Sophia, attached', () => {
	test('steps by the curvature: one step to the minimum where nothing is clipped', () => {
		const optimizer = new SophiaH({learningRate: 1, weightDecay: 0, beta1: 0, beta2: 0, gamma: 1});
		const {x, step, refresh} = quadratic(optimizer);
		x.copyFrom([0.5, -0.25, 0.125]);
		expect(refresh().winRate).toBe(1); // the momentum is 0 yet
		expect(step().winRate).toBe(1);
		x.toArray().forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-7));
	});

	test('squares the gradient at sampled labels, and brings B in at the step', () => {
		const state = new SophiaG({learningRate: 1, weightDecay: 0, beta1: 0, beta2: 0.5, rho: 0.5}).attach([
			new Float32Array(2),
		]);
		const outcome = state.updateHessian([Float32Array.of(2, 0)], {tokens: 10});
		expect(outcome).toMatchObject({skipped: false, l1: 2, l2: 2, negativeRate: 0, gradientNorm: 2});
		const x = new Float32Array(2);
		state.bind([x]);
		state.step([Float32Array.of(5, 0)]);
		expect(x[0]).toBeCloseTo(-5 / (0.5 * 10 * 2), 6); // m/(ρBh)
		expect(state.winRate).toBe(0.5); // a coordinate with h = 0 is clipped
	});

	test('moves its scale to the win rate that is asked for', () => {
		const state = new SophiaG({targetWinRate: 0.3, beta1: 0, beta2: 0, rho: 1e-3, learningRate: 0.1}).attach([
			new Float32Array(1000),
		]);
		const gradient = Float32Array.from({length: 1000}, (_, i) => 1 + i / 1000);
		state.step([gradient]);
		for (let i = 0; i < 8; i++) state.updateHessian([gradient], {tokens: 1});
		expect(Math.abs(state.winRate - 0.3)).toBeLessThan(0.02);
		expect(state.scale).toBeGreaterThan(10);
		state.scale = 2;
		expect(state.scale).toBe(2);
		expect(state.state().scale).toBe(2);
	});

	test('cannot anneal what has no end', () => {
		expect(() => new SophiaG({anneal: true}).attach([new Float32Array(1)])).toThrow(invalid('anneal'));
	});
});

describe('an attached optimizer', () => {
	test('has groups with hyperparameters of their own', () => {
		const [weight, bias] = [new Float32Array([1, 1]), new Float32Array([1])];
		const state = new AdamW({learningRate: 0.5, weightDecay: 0.5}).attach([
			{params: {weight}},
			{params: {bias}, weightDecay: 0, learningRate: 0.25},
		]);
		expect(state.names).toEqual(['weight', 'bias']);
		state.step([new Float32Array(2), new Float32Array(1)]);
		expect([...weight, ...bias]).toEqual([0.75, 0.75, 1]); // decay alone
		state.step({bias: Float32Array.of(1), weight: new Float32Array(2)}, {factor: 0.5});
		expect(bias[0]).toBeLessThan(1);
		state.setRates(1, {weightDecay: 1});
		state.setRates(0, {learningRate: 1e-9});
		const before = weight[0];
		state.step([new Float32Array(2), new Float32Array(1)]);
		expect(weight[0]).toBe(before);
	});

	test('takes the gradient times a scale, clips it, and skips what is not finite', () => {
		const {x, state} = quadratic(new Lion({learningRate: 0.1, weightDecay: 0}));
		expect(state.step({x: Float32Array.of(3, 0, 4)}, {scale: 2, clip: 1})).toMatchObject({
			gradientNorm: 10,
			skipped: false,
		});
		const before = x.toArray();
		expect(state.step({x: Float32Array.of(NaN, 0, 0)})).toMatchObject({skipped: true});
		expect(x.toArray()).toEqual(before);
		expect(state.steps).toBe(1);
		expect(state.step({x: Float32Array.of(1, 1, 1)}, {checked: false}).gradientNorm).toBe(0);
	});

	test('works on another thread on memory that nobody can take away', async () => {
		const here = quadratic(new AdamW());
		const there = quadratic(new AdamW());
		const gradient = device.from([1, 2, 3]);
		here.state.step([gradient]);
		here.state.step([gradient]);
		await Promise.all([there.state.stepAsync([gradient]), there.state.stepAsync([gradient])]);
		expect(there.x.toArray()).toEqual(here.x.toArray());
		const shared = new Float32Array(new SharedArrayBuffer(12));
		const state = new SophiaG().attach([shared], Device.cpu());
		await state.stepAsync([new Float32Array(new SharedArrayBuffer(12)).fill(1)]);
		expect(shared[0]).toBeLessThan(0);
		await expect(state.stepAsync([new Float32Array(3)])).rejects.toThrow(invalid('SharedArrayBuffer'));
		const refreshed = state.updateHessianAsync([Device.cpu().from([1, 1, 1])], {tokens: 1});
		await expect(refreshed).resolves.toMatchObject({skipped: false});
	});

	test('refuses what does not fit, and goes on', () => {
		const {x, state, step} = quadratic(new AdamW());
		const gradient = new Float32Array(3);
		expect(() => state.step([new Float32Array(2)])).toThrow(invalid('3 numbers'));
		expect(() => state.step([])).toThrow(invalid('1 gradients'));
		expect(() => state.step([gradient, gradient])).toThrow(invalid('1 gradients'));
		expect(() => state.step({y: gradient})).toThrow(invalid('`y`'));
		expect(() => state.step({})).toThrow(invalid('gradients.x'));
		expect(() => state.step([[1, 2, 3]] as never)).toThrow(invalid('Float32Array'));
		expect(() => state.step([device.zeros([3], {dtype: 'i32'}) as never])).toThrow(invalid('f32'));
		expect(() => state.step([gradient], {scale: 0})).toThrow(invalid('scale'));
		expect(() => state.step([gradient], {clip: -1})).toThrow(invalid('clip'));
		expect(() => state.step([gradient], {clp: 1} as never)).toThrow(invalid('did you mean `clip`'));
		expect(() => state.updateHessian([gradient])).toThrow(invalid('adamw'));
		expect(() => state.setRates(1, {})).toThrow(invalid('group'));
		expect(() => state.setRates(0, {learningRate: -1})).toThrow(invalid('learningRate'));
		step();
		x.dispose();
		expect(() => state.step([gradient])).toThrow(coded('ERR_SOPHIA_DISPOSED'));
		state.dispose();
		expect(() => state.step([gradient])).toThrow(coded('ERR_SOPHIA_DISPOSED'));
		expect(() => state.state()).toThrow(coded('ERR_SOPHIA_DISPOSED'));
	});

	test('finds its tensors by name when it loads, or loads nothing', () => {
		const [a, b] = [new Float32Array(2), new Float32Array(3)];
		const one = new AdamW().attach({a, b});
		one.step({a: Float32Array.of(1, 2), b: Float32Array.of(3, 4, 5)});
		const saved = one.state();
		const other = new AdamW().attach({b, a});
		other.load(saved);
		expect(other.state()).toEqual(saved);
		for (const wrong of [
			{...saved, tensors: {b: saved.tensors.b}},
			{...saved, tensors: {...saved.tensors, c: {}}},
			{...saved, steps: -1},
			{...saved, optimizer: new Lion().toJSON()},
			{...saved, tensors: {...saved.tensors, b: {...saved.tensors.b, momentum: new Float32Array(2)}}},
		]) {
			expect(() => other.load(wrong as never)).toThrow(coded('ERR_SOPHIA_INVALID_ARGUMENT'));
		}
		expect(other.state()).toEqual(saved);
	});

	test('says what is wrong with a file', async () => {
		const {state} = quadratic(new AdamW());
		const path = join(directory(), 'state.safetensors');
		await state.save(path);
		writeFileSync(path, readFileSync(path).subarray(0, 100));
		await expect(state.restore(path)).rejects.toThrow(coded('ERR_SOPHIA_FORMAT'));
		await expect(state.restore(join(directory(), 'none'))).rejects.toThrow(coded('ERR_SOPHIA_IO'));
	});
});

describe('the numbers of an attached optimizer', () => {
	test('are those of no other tensor, in whatever view', () => {
		const array = new Float32Array(8);
		const tensor = device.zeros([8]);
		expect(() => new AdamW().attach([array, array.subarray(4)], Device.cpu())).toThrow(invalid('share no memory'));
		expect(() => new AdamW().attach([tensor.view([2, 4]), tensor.slice(7)])).toThrow(invalid('share no memory'));
		expect(new AdamW().attach([tensor.slice(0, 4), tensor.slice(4)]).names).toHaveLength(2);
	});

	test('stay finite where a scale makes a gradient too large for a float', () => {
		const theta = device.from([1]);
		const state = new SophiaG().attach([theta]);
		const outcome = state.step([device.from([1e20])], {scale: 1e20});
		expect(outcome).toMatchObject({skipped: true, parameterNorm: 0, momentumNorm: 0});
		expect(state.updateHessian([device.from([1e-30])], {tokens: 1, scale: 1e39}).skipped).toBe(true);
		expect([...theta.toArray()]).toEqual([1]);
		expect(state.step([device.from([1e20])], {scale: 1e20, clip: 1}).skipped).toBe(false);
	});

	test('are counted by the group’s option where it has one, and by the optimizer’s where that is undefined', () => {
		const theta = new Float32Array(1);
		new Lion({learningRate: 0.1, weightDecay: 0})
			.attach([{params: [theta], learningRate: undefined} as never], Device.cpu())
			.step([Float32Array.of(1)]);
		expect(theta[0]).toBeCloseTo(-0.1, 6);
	});
});
