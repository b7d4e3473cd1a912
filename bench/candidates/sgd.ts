/** Stochastic gradient descent with momentum. */
import {clip, learningRate, memory, warmup, weightDecay} from './axes';
import {nothing, type Candidate} from './candidate';

export const sgd: Candidate = {
	name: 'sgd',
	title: 'SGD',
	family: 'scalar',
	baseline: true,
	published: {learningRate: 0.1, weightDecay: 1e-4, warmup: 0.02, clip: 1, momentum: 0.9},
	source: 'He et al. 2016, arXiv 1512.03385, section 3.4, for residual networks: nobody publishes it for GPT-2',
	axes: [
		learningRate([0.05, 0.1, 0.2, 0.4, 0.8]),
		weightDecay([0, 1e-4, 2e-4, 4e-4, 8e-4]),
		warmup,
		memory('momentum', 'μ', [0.8, 0.9, 0.95, 0.98]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, momentum}) => ({
		name: 'sgd',
		learningRate: rate,
		weightDecay: decay,
		momentum,
	}),
	extra: nothing,
};
