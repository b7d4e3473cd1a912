/** MARS as the study has it: it clips its corrected gradient, all tensors together, and nobody clips the gradient before. */
import {learningRate, memory, scale, warmup, weightDecay} from './axes';
import {nothing, optimum, type Candidate} from './candidate';

export const mars: Candidate = {
	name: 'mars',
	title: 'MARS',
	family: 'scalar',
	published: {
		learningRate: 1.6e-2,
		weightDecay: 0.1,
		warmup: 0.4,
		clip: 0,
		beta1: 0.95,
		beta2: 0.95,
		gamma: 0.025,
		maxNorm: 1,
		epsilon: 1e-10,
	},
	source: optimum,
	axes: [
		learningRate([1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2]),
		scale('gamma', 'γ', [0.0125, 0.025, 0.05, 0.1]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.95, 0.98]),
		memory('beta2', 'β₂', [0.9, 0.95, 0.98, 0.99]),
		scale('maxNorm', 'clip of the corrected', [0.25, 0.5, 1, 2, 4]),
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, beta2, gamma, maxNorm, epsilon}) => ({
		name: 'mars',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		beta2,
		gamma,
		maxNorm,
		epsilon,
		clipping: 'global',
		vectors: 'mars',
	}),
	extra: nothing,
};
