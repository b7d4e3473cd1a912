/** The layers between the products, each pass by itself. */
import {Device, layers, type Tensor} from 'sophia-native';
import {Refusal, repeat, type Case, type Work} from '../protocol';

/** A case of a layer and a pass, over tensors of a device. */
export function layer(of: Case): Work {
	const device = Device.cpu({threads: Number(of.threads)});
	const made: Tensor[] = [];
	const tensor = (...shape: number[]) => {
		const values = Float32Array.from({length: shape.reduce((a, b) => a * b, 1)}, (_, i) => (i % 13) / 13 - 0.5);
		const found = device.from(values, shape);
		made.push(found);
		return found;
	};
	const make = passes[String(of.layer)];
	if (make === undefined) {
		throw new Refusal(`there is no layer ${String(of.layer)}`);
	}
	const {forward, backward} = make(of, tensor, device);
	forward();
	const run = of.pass === 'backward' ? backward : forward;
	return {
		turn: (seconds) => repeat(run, seconds),
		dispose() {
			made.forEach((each) => each.dispose());
			device.dispose();
		},
	};
}

interface Passes {
	readonly forward: () => void;
	readonly backward: () => void;
}

type Make = (of: Case, tensor: (...shape: number[]) => Tensor, device: Device) => Passes;

const passes: Readonly<Record<string, Make>> = {
	attention(of, tensor) {
		const [length, channels, heads] = [Number(of.length), Number(of.channels), Number(of.heads)];
		const batch = Number(of.rows) / length;
		const inputs = {qkv: tensor(batch, length, 3 * channels), heads};
		const outputs = {y: tensor(batch, length, channels), lse: tensor(batch, heads, length)};
		const gradients = {dy: tensor(batch, length, channels), dqkv: tensor(batch, length, 3 * channels)};
		return {
			forward: () => layers.attention.forward({...inputs, ...outputs}),
			backward: () => layers.attention.backward({...inputs, ...outputs, ...gradients}),
		};
	},
	layernorm(of, tensor) {
		const [rows, channels] = [Number(of.rows), Number(of.channels)];
		const inputs = {x: tensor(rows, channels), gain: tensor(channels), bias: tensor(channels)};
		const outputs = {y: tensor(rows, channels), mean: tensor(rows), rstd: tensor(rows)};
		const gradients = {dx: tensor(rows, channels), dgain: tensor(channels), dbias: tensor(channels)};
		const dy = tensor(rows, channels);
		return {
			forward: () => layers.layernorm.forward({...inputs, ...outputs}),
			backward: () => layers.layernorm.backward({...inputs, ...outputs, ...gradients, dy}),
		};
	},
	gelu(of, tensor) {
		const [x, y, dy, dx] = Array.from({length: 4}, () => tensor(Number(of.rows), Number(of.channels))) as [
			Tensor,
			Tensor,
			Tensor,
			Tensor,
		];
		return {forward: () => layers.gelu.forward({x, y}), backward: () => layers.gelu.backward({x, dy, dx})};
	},
	residual(of, tensor) {
		const [rows, channels] = [Number(of.rows), Number(of.channels)];
		const inputs = {x: tensor(rows, channels), branch: tensor(rows, channels), y: tensor(rows, channels)};
		const gradients = {dy: tensor(rows, channels), dbranch: tensor(rows, channels)};
		return {
			forward: () => layers.residual.forward(inputs),
			backward: () => layers.residual.backward(gradients),
		};
	},
	crossentropy(of, tensor, device) {
		const [rows, vocabulary] = [Number(of.rows), Number(of.channels)];
		const targets = device.from(Int32Array.from({length: rows}, (_, i) => i % vocabulary));
		const inputs = {logits: tensor(rows, vocabulary), targets};
		const outputs = {losses: tensor(rows), peak: tensor(rows), lse: tensor(rows)};
		const gradients = {dlosses: tensor(rows), dlogits: tensor(rows, vocabulary)};
		return {
			forward: () => layers.crossentropy.forward({...inputs, ...outputs}),
			backward: () => layers.crossentropy.backward({...inputs, ...outputs, ...gradients}),
		};
	},
};
