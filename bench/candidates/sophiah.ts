/** Sophia-H, the paper's. */
import {clip, count, learningRate, magnitude, memory, scale, warmup, weightDecay} from './axes';
import type {Candidate} from './candidate';

/**
A product with the Hessian, in gradients, by the multiplications of a linear layer: three for a gradient; of a product,
three forward (the value, and both terms of its tangent), and five backward, since the gradient of the weights is not wanted.
*/
const product = 8 / 3;

export const sophiah: Candidate = {
	name: 'sophia-h',
	title: 'Sophia-H',
	family: 'scalar',
	published: {
		learningRate: 6e-4,
		weightDecay: 0.2,
		warmup: 0.02,
		clip: 1,
		beta1: 0.965,
		beta2: 0.99,
		gamma: 0.01,
		epsilon: 1e-12,
		every: 10,
	},
	source: 'Liu et al. 2023, arXiv 2305.14342; its rate and decay are those of the official code for GPT-2 125M',
	axes: [
		learningRate([3e-4, 6e-4, 1.2e-3, 2.4e-3, 4.8e-3, 9.6e-3]),
		scale('gamma', 'γ', [0.0025, 0.005, 0.01, 0.02, 0.04]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.965, 0.98]),
		memory('beta2', 'β₂', [0.9, 0.95, 0.98, 0.99, 0.995]),
		magnitude('epsilon', 'ε', [1e-12, 1e-9, 1e-7, 1e-6]),
		count('every', 'k', [5, 10, 20]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, beta2, gamma, epsilon, every}) => ({
		name: 'sophia-h',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		beta2,
		gamma,
		epsilon,
		curvature: {every},
	}),
	/** A product on the step's whole batch every k steps. */
	extra: ({every = NaN}) => product / every,
};
