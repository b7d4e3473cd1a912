/** A model of somebody's own, made of these layers: exact products of its Hessian. */
import {Device} from '../../../lib/device';
import * as layers from '../../../lib/layers/index';
import type {Tensor} from '../../../lib/tensor';
import {distance, draw, numbers} from './laws';

test('the layers have these names, and two verbs', () => {
	const names = ['attention', 'crossentropy', 'embedding', 'gelu', 'layernorm', 'linear', 'residual'];
	expect(Object.keys(layers)).toEqual(names);
	for (const layer of Object.values(layers)) {
		expect(Object.keys(layer).sort()).toEqual(['backward', 'forward']);
	}
});

const device = Device.cpu();
const [vocabulary, width, time] = [5, 4, 3];
const tokens = device.from(Int32Array.of(1, 4, 0, 2, 2, 3), [2, time]);
const targets = device.from(Int32Array.of(4, 0, 2, -1, 3, 1), [2, time]);
const dropout = {probability: 0.2, seed: 8};

const shapes = {
	wte: [vocabulary, width],
	wpe: [time, width],
	gain: [width],
	bias: [width],
	attend: [width, 3 * width],
	head: [width, vocabulary],
} as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];
const sizes = names.map((name) => shapes[name].reduce<number>((all, size) => all * size, 1));
const count = sizes.reduce((all, size) => all + size, 0);

/** Numbers of all parameters, one after the other, as tensors; with a direction. */
function split(theta: readonly number[], along?: readonly number[]): Record<Name, Tensor> {
	let begin = 0;
	return Object.fromEntries(
		names.map((name, i) => {
			const part = (all: readonly number[]) => device.from(all.slice(begin, begin + (sizes[i] ?? 0)), shapes[name]);
			const value = part(theta);
			const tensor = along === undefined ? value : value.withTangent(part(along));
			begin += sizes[i] ?? 0;
			return [name, tensor];
		}),
	) as Record<Name, Tensor>;
}

/** The gradient of the loss of a small transformer, and with a direction the Hessian's product with it. */
function differentiate(theta: readonly number[], along?: readonly number[]) {
	const p = split(theta, along);
	const embedding = {tokens, wte: p.wte, wpe: p.wpe, dropout};
	const embedded = layers.embedding.forward(embedding);
	const norm = {x: embedded.y, gain: p.gain, bias: p.bias};
	const normed = layers.layernorm.forward(norm);
	const projection = {x: normed.y, weight: p.attend};
	const qkv = layers.linear.forward(projection).y;
	const attention = {qkv, heads: 2, dropout: {...dropout, site: 1}};
	const attended = layers.attention.forward(attention);
	const activation = layers.gelu.forward({x: attended.y});
	const residual = {x: embedded.y, branch: activation.y, dropout: {...dropout, site: 2}};
	const stream = layers.residual.forward(residual);
	const head = {x: stream.y, weight: p.head};
	const loss = {logits: layers.linear.forward(head).y, targets};
	const found = layers.crossentropy.forward(loss);

	const {dlogits} = layers.crossentropy.backward({...loss, ...found, dlosses: 1 / 5});
	const {dx: dstream, dweight: dhead} = layers.linear.backward({...head, dy: dlogits});
	const {dbranch} = layers.residual.backward({...residual, dy: dstream});
	const {dx: dy} = layers.gelu.backward({x: attended.y, dy: dbranch});
	const {dqkv} = layers.attention.backward({...attention, ...attended, dy});
	const {dx: dnormed, dweight: dattend} = layers.linear.backward({...projection, dy: dqkv});
	const {dgain, dbias} = layers.layernorm.backward({...norm, ...normed, dy: dnormed, dx: dstream});
	const {dwte, dwpe} = layers.embedding.backward({...embedding, dy: dstream});
	const gradients = [dwte, dwpe, dgain, dbias, dattend, dhead];
	return {
		gradient: gradients.flatMap((each) => numbers(each)),
		product: gradients.flatMap((each) => numbers(each.tangent)),
	};
}

const theta = draw(count, 5);
const u = draw(count, 6);
const v = draw(count, 7);

test('the products of a transformer of these layers are the differences of its gradient', () => {
	const h = 2e-3; // in float32: rounding divided by h, and h², are of one size
	const at = (sign: number) => differentiate(theta.map((x, i) => x + sign * h * (u[i] ?? NaN))).gradient;
	const minus = at(-1);
	const difference = at(1).map((x, i) => (x - (minus[i] ?? NaN)) / (2 * h));
	expect(distance(differentiate(theta, u).product, difference)).toBeLessThan(1e-3);
	expect(differentiate(theta, u).gradient).toEqual(differentiate(theta).gradient);
});

test('its Hessian is symmetric: uᵀHv = vᵀHu', () => {
	const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
	const [Hu, Hv] = [differentiate(theta, u).product, differentiate(theta, v).product];
	expect(Math.abs(dot(u, Hv) - dot(v, Hu)) / Math.abs(dot(u, Hv))).toBeLessThan(1e-5);
});
