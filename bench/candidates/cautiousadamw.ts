/** Cautious AdamW, with the mean of the mask for its normalization. */
import {clip, learningRate, memory, warmup, weightDecay} from './axes';
import {nothing, optimum, type Candidate} from './candidate';

export const cautiousadamw: Candidate = {
	name: 'cautious-adamw',
	title: 'Cautious AdamW',
	family: 'scalar',
	published: {learningRate: 8e-3, weightDecay: 0.1, warmup: 0.4, clip: 1, beta1: 0.95, beta2: 0.98, epsilon: 1e-10},
	source: optimum,
	axes: [
		learningRate([1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.95, 0.98]),
		memory('beta2', 'β₂', [0.9, 0.95, 0.98, 0.99]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, beta2, epsilon}) => ({
		name: 'cautious-adamw',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		beta2,
		epsilon,
		normalization: 'mean',
	}),
	extra: nothing,
};
