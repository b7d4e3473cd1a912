/** PSGD Kron as the study has it: the gradient of each tensor is divided by its norm, which leaves nothing to clip. */
import {count, learningRate, memory, part, scale, warmup, weightDecay} from './axes';
import {nothing, optimum, type Candidate} from './candidate';

export const kron: Candidate = {
	name: 'kron',
	title: 'Kron',
	family: 'matrix',
	published: {
		learningRate: 2e-3,
		weightDecay: 0.9,
		warmup: 0.4,
		clip: 0,
		beta1: 0.98,
		preconditionerRate: 0.1,
		leastProbability: 0.05,
		flatStart: 500,
	},
	source: optimum,
	axes: [
		learningRate([2.5e-4, 5e-4, 1e-3, 2e-3, 4e-3, 8e-3]),
		weightDecay([0, 0.225, 0.45, 0.9, 1.8]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.95, 0.98]),
		scale('preconditionerRate', "the preconditioner's rate", [0.05, 0.1, 0.2, 0.4]),
		part('leastProbability', 'least part of its updates', [0.025, 0.05, 0.1, 0.2]),
		count('flatStart', 'steps that all update it', [250, 500, 1000, 2000]),
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, preconditionerRate, leastProbability, flatStart}) => ({
		name: 'kron',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		preconditionerRate,
		normalize: true,
		block: 256,
		leastProbability,
		flatStart,
	}),
	extra: nothing,
};
