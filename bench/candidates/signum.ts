/** Signum, the sign of the momentum: Lion with both of its rates the same is that rule, to the bit. */
import {clip, learningRate, memory, warmup, weightDecay} from './axes';
import {nothing, type Candidate} from './candidate';

export const signum: Candidate = {
	name: 'signum',
	title: 'Signum',
	family: 'scalar',
	baseline: true,
	published: {learningRate: 1e-4, weightDecay: 0.1, warmup: 0.02, clip: 1, momentum: 0.9},
	source: 'Bernstein et al. 2018, arXiv 1802.04434, section 5',
	axes: [
		learningRate([1e-4, 2e-4, 4e-4, 8e-4, 1.6e-3, 3.2e-3]),
		weightDecay([0, 0.1, 0.2, 0.4, 0.8]),
		warmup,
		memory('momentum', 'β', [0.8, 0.9, 0.95, 0.98]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, momentum}) => ({
		name: 'lion',
		learningRate: rate,
		weightDecay: decay,
		beta1: momentum,
		beta2: momentum,
	}),
	extra: nothing,
};
