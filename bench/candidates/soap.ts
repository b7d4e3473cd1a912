/** SOAP as the study has it. */
import {clip, count, learningRate, memory, warmup, weightDecay} from './axes';
import {nothing, optimum, type Candidate} from './candidate';

export const soap: Candidate = {
	name: 'soap',
	title: 'SOAP',
	family: 'matrix',
	published: {
		learningRate: 1.6e-2,
		weightDecay: 0.1,
		warmup: 0.2,
		clip: 1,
		beta1: 0.95,
		beta2: 0.98,
		shampooBeta: 0.95,
		epsilon: 1e-10,
		preconditionEvery: 1,
	},
	source: optimum,
	axes: [
		learningRate([1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2]),
		weightDecay([0, 0.05, 0.1, 0.2, 0.4]),
		warmup,
		memory('beta1', 'β₁', [0.8, 0.9, 0.95, 0.98]),
		memory('beta2', 'β₂', [0.9, 0.95, 0.98, 0.99]),
		memory('shampooBeta', 'β of the basis', [0.9, 0.95, 0.98, 0.99]),
		count('preconditionEvery', 'steps of a basis', [1, 2, 5, 10]),
		clip,
	],
	optimizer: ({learningRate: rate, weightDecay: decay, beta1, beta2, shampooBeta, epsilon, preconditionEvery}) => ({
		name: 'soap',
		form: 'study',
		learningRate: rate,
		weightDecay: decay,
		beta1,
		beta2,
		shampooBeta,
		epsilon,
		preconditionEvery,
		block: 256,
	}),
	extra: nothing,
};
