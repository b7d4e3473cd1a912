import {Device} from '../../../lib/device';
import {AdamMini} from '../../../lib/optimizers/adammini';
import {Muon} from '../../../lib/optimizers/muon';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {SophiaH} from '../../../lib/optimizers/sophiah';

const params = () => ({weight: new Float32Array(8).fill(1)});
const gradient = {weight: Float32Array.from({length: 8}, (_, i) => i - 3.5)};

describe('an attached Sophia', () => {
	test('never takes a Hessian that lacks its factor B, nor one that has it twice', () => {
		const [g, h] = [new SophiaG().attach(params()), new SophiaH().attach(params())];
		expect(() => g.updateHessian(gradient)).toThrow('Expected `tokens`, how many predictions');
		expect(() => h.updateHessian(gradient, {tokens: 8})).toThrow('Expected no `tokens`');
		expect(h.updateHessian(gradient).l1).toBeCloseTo(0.01 * 16, 6);
		const [paper, official] = [new SophiaG({form: 'paper'}).attach(params()), g];
		expect(official.updateHessian(gradient, {tokens: 100}).l1).toBeCloseTo(0.01 * 42, 6);
		expect(paper.updateHessian(gradient, {tokens: 100}).l1).toBeCloseTo(0.01 * 100 * 42, 4);
	});

	test('leaves its scale before the first step, when there is no momentum to compare with', () => {
		const attached = new SophiaG({targetWinRate: 0.2}).attach(params());
		attached.updateHessian(gradient, {tokens: 10});
		expect(attached.scale).toBe(1);
		attached.step(gradient);
		attached.updateHessian(gradient, {tokens: 10});
		expect(attached.scale).not.toBe(1);
	});

	test('skips a gradient whose square is not finite in float', () => {
		const attached = new SophiaG().attach(params());
		const large = {weight: new Float32Array(8).fill(1e20)};
		expect(attached.updateHessian(large, {tokens: 10}).skipped).toBe(true);
		expect(attached.updateHessian(large, {tokens: 10, clip: 1}).l1).toBeCloseTo(0.01, 6);
		expect(new SophiaH().attach(params()).updateHessian(large).skipped).toBe(false);
	});
});

test('a gradient may be a tensor in bf16, and is read as the floats that it holds', () => {
	const device = Device.cpu();
	const exact = {weight: device.from([0.5, -1.25, 3, 0.75, -2, 1, -0.125, 6], [2, 4], {dtype: 'bf16'})};
	for (const optimizer of [new SophiaG(), new AdamMini(), new Muon()]) {
		const [floats, halves] = [device.zeros([2, 4]), device.zeros([2, 4])];
		const gradients = {weight: Float32Array.of(0.5, -1.25, 3, 0.75, -2, 1, -0.125, 6)};
		optimizer.attach({weight: floats}).step(gradients, {clip: 1});
		optimizer.attach({weight: halves}).step(exact, {clip: 1});
		expect(halves.toArray()).toEqual(floats.toArray());
		expect(Math.abs(Number(halves.data[0]))).toBeGreaterThan(0);
		const attached = optimizer.attach({weight: floats});
		expect(() => attached.bind(exact as never)).toThrow('Expected `params.weight` to hold f32, got bf16');
		expect(() => attached.step({weight: new Uint16Array(8) as never})).toThrow('Expected `gradients.weight` to be');
	}
});

test('a tensor is attached once, and not in place of a list', () => {
	const {weight} = params();
	const optimizer = new SophiaG();
	expect(() => optimizer.attach({weight, tied: weight})).toThrow('each tensor once, got `tied`, which is `weight`');
	expect(() => optimizer.attach([{params: [weight]}, {params: [weight]}])).toThrow('got `1`, which is `0`');
	expect(() => optimizer.attach(weight as never)).toThrow('`params` by name or in a list, got one alone');
	expect(() => optimizer.attach({weight}).step(weight as never)).toThrow('`gradients` by name or in a list');
});
