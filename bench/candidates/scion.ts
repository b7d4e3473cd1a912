/** Scion as the study has it: everything that is no matrix moves by a sign, with a part of its learning rate. */
import {clip, learningRate, memory, scale, warmup, weightDecay} from './axes';
import {nothing, optimum, type Candidate} from './candidate';

export const scion: Candidate = {
	name: 'scion',
	title: 'Scion',
	family: 'matrix',
	published: {
		learningRate: 1.6e-2,
		weightDecay: 0.1,
		warmup: 0,
		clip: 1,
		momentum: 0.95,
		ratio: 0.2,
		beta1: 0.95,
		epsilon: 1e-15,
	},
	source: optimum,
	axes: [
		learningRate([2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2]),
		scale('ratio', "the sign's rate in it", [0.05, 0.1, 0.2, 0.4]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('momentum', 'μ', [0.8, 0.9, 0.95, 0.98]),
		memory('beta1', 'β₁', [0.8, 0.9, 0.95, 0.98]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, momentum, ratio = NaN, beta1, epsilon}) => ({
		name: 'scion',
		form: 'study',
		learningRate: rate,
		weightDecay: decay,
		momentum,
		iterations: 10,
		epsilon,
		sign: {learningRate: ratio * rate, beta1},
	}),
	extra: nothing,
};
