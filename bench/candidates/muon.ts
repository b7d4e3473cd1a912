/** Muon, whose AdamW for everything that is no matrix has a part of its learning rate. */
import {clip, learningRate, memory, scale, warmup, weightDecay} from './axes';
import {nothing, optimum, type Candidate} from './candidate';

export const muon: Candidate = {
	name: 'muon',
	title: 'Muon',
	family: 'matrix',
	published: {
		learningRate: 1.6e-2,
		weightDecay: 0.1,
		warmup: 0,
		clip: 1,
		momentum: 0.95,
		ratio: 0.2,
		beta1: 0.8,
		beta2: 0.98,
		epsilon: 1e-5,
	},
	source: `${optimum}; five iterations, as the paper writes`,
	axes: [
		learningRate([2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2]),
		scale('ratio', "AdamW's rate in it", [0.05, 0.1, 0.2, 0.4, 0.8]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('momentum', 'μ', [0.8, 0.9, 0.95, 0.98]),
		memory('beta1', 'β₁', [0.8, 0.9, 0.95]),
		memory('beta2', 'β₂', [0.95, 0.98, 0.99]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, momentum, ratio = NaN, beta1, beta2, epsilon}) => ({
		name: 'muon',
		learningRate: rate,
		weightDecay: decay,
		momentum,
		averaged: false,
		iterations: 5,
		epsilon,
		adamw: {learningRate: ratio * rate, beta1, beta2, epsilon: 1e-10},
	}),
	extra: nothing,
};
