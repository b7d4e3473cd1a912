/** Sophia-G, as its authors' code has it. */
import {clip, count, learningRate, memory, scale, warmup, weightDecay} from './axes';
import type {Candidate} from './candidate';

export const sophiag: Candidate = {
	name: 'sophia-g',
	title: 'Sophia-G',
	family: 'scalar',
	published: {
		learningRate: 6e-4,
		weightDecay: 0.2,
		warmup: 0.02,
		clip: 1,
		beta1: 0.965,
		beta2: 0.99,
		rho: 0.05,
		every: 10,
	},
	source: 'GPT-2 125M in the official code, github.com/Liuhong99/Sophia; Liu et al. 2023, arXiv 2305.14342',
	axes: [
		learningRate([3e-4, 6e-4, 1.2e-3, 2.4e-3, 4.8e-3, 9.6e-3]),
		scale('rho', 'ρ', [0.0125, 0.025, 0.05, 0.1, 0.2]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.965, 0.98]),
		memory('beta2', 'β₂', [0.9, 0.95, 0.98, 0.99, 0.995]),
		count('every', 'k', [5, 10, 20]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, beta2, rho, every}) => ({
		name: 'sophia-g',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		beta2,
		rho,
		curvature: {every},
	}),
	/** A gradient at drawn labels, on fresh data, every k steps. */
	extra: ({every = NaN}) => 1 / every,
};
