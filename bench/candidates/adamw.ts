/** AdamW, the reference of every comparison. */
import {clip, learningRate, memory, warmup, weightDecay} from './axes';
import {nothing, type Candidate} from './candidate';

export const adamw: Candidate = {
	name: 'adamw',
	title: 'AdamW',
	family: 'scalar',
	published: {learningRate: 6e-4, weightDecay: 0.1, warmup: 0.02, clip: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8},
	source: "GPT-2 125M in the Sophia paper's comparison, Liu et al. 2023, arXiv 2305.14342; nanoGPT",
	axes: [
		learningRate([6e-4, 1.2e-3, 2.4e-3, 4.8e-3, 9.6e-3, 1.92e-2]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.95, 0.98]),
		memory('beta2', 'β₂', [0.9, 0.95, 0.98, 0.99]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, beta2, epsilon}) => ({
		name: 'adamw',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		beta2,
		epsilon,
	}),
	extra: nothing,
};
