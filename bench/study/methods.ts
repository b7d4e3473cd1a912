/** Who descends quadratics: an optimizer each, with its defaults and without decay, which would pull towards 0, the answer. */
import {AdamW, Lion, Sgd, SophiaH, type Optimizer} from 'sophia-native';

/** One of them. Its learning rate is searched. */
export interface Method {
	readonly name: string;
	readonly title: string;
	/** The optimizer. */
	readonly optimizer: Optimizer;
	/** Whether it is told the diagonal of the Hessian, before every step. @default its own estimates */
	readonly curvature?: 'exact';
}

/** Decay has no part in the question. */
const weightDecay = 0;

export const methods: readonly Method[] = [
	{
		name: 'sophia',
		title: 'Sophia, told the diagonal',
		optimizer: new SophiaH({weightDecay, beta2: 0}), // h is what it was told last: the setting of the theory
		curvature: 'exact',
	},
	{name: 'sophia-h', title: 'Sophia-H', optimizer: new SophiaH({weightDecay})},
	{name: 'adamw', title: 'AdamW', optimizer: new AdamW({weightDecay})},
	{name: 'lion', title: 'Lion', optimizer: new Lion({weightDecay})},
	{name: 'sgd', title: 'SGD with momentum', optimizer: new Sgd({weightDecay})},
];
