/** Lion. */
import {clip, learningRate, memory, warmup, weightDecay} from './axes';
import {nothing, type Candidate} from './candidate';

export const lion: Candidate = {
	name: 'lion',
	title: 'Lion',
	family: 'scalar',
	published: {learningRate: 1e-4, weightDecay: 0.2, warmup: 0.02, clip: 1, beta1: 0.95, beta2: 0.98},
	source: "GPT-2 125M in the Sophia paper's comparison, Liu et al. 2023, arXiv 2305.14342",
	axes: [
		learningRate([1e-4, 2e-4, 4e-4, 8e-4, 1.6e-3, 3.2e-3]),
		weightDecay([0, 0.1, 0.2, 0.4, 0.8, 1.6]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.95, 0.98]),
		memory('beta2', 'β₂', [0.9, 0.95, 0.98, 0.99]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, beta2}) => ({
		name: 'lion',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		beta2,
	}),
	extra: nothing,
};
