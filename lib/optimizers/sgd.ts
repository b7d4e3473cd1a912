/**
Stochastic gradient descent with momentum. Sutskever et al. 2013, section 2.
http://proceedings.mlr.press/v28/sutskever13.html

	m ← μ m + g
	d ← m               or Nesterov's  g + μ m, with the new m
*/
import {boolean, inRange, withDefaults} from '../check';
import {Optimizer, type OptimizerOptions} from './optimizer';

/** What an `Sgd` is made of. */
export interface SgdOptions extends OptimizerOptions {
	/** Part of the momentum that stays, μ, in [0, 1); 0 is gradient descent without momentum. @default 0.9 */
	readonly momentum?: number;
	/** Nesterov's momentum: the direction looks one step of the momentum ahead. @default false */
	readonly nesterov?: boolean;
}

/**
Stochastic gradient descent with momentum, Sutskever et al. 2013: http://proceedings.mlr.press/v28/sutskever13.html. The
form is that of PyTorch's `torch.optim.SGD`, without dampening: the momentum is a sum of gradients and not their average,
so that a long course of equal ones moves 1/(1 − μ) times as far as a single one. Decay is decoupled here, as in every
optimizer of this library, where PyTorch's is added to the gradient.

Defaults: η 0.1 and μ 0.9 are those of residual networks, He et al. 2016 (https://arxiv.org/abs/1512.03385, section 3.4).
Nobody publishes them for GPT-2, where SGD is a baseline that is to lose; tune η. λ is 0, as PyTorch's: η is hundreds of
times AdamW's, and AdamW's λ would decay so many times as fast.

@example
```
const optimizer = new Sgd({learningRate: 0.1, nesterov: true});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class Sgd extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<SgdOptions> = {
		learningRate: 0.1,
		weightDecay: 0,
		decay: 'matrices+embeddings',
		momentum: 0.9,
		nesterov: false,
	};

	readonly name = 'sgd';
	/** Part of the momentum that stays, μ. */
	readonly momentum: number;
	/** Whether the momentum is Nesterov's. */
	readonly nesterov: boolean;

	constructor(given: SgdOptions = {}) {
		const options = withDefaults(given, Sgd.defaults);
		super(options);
		this.momentum = inRange('momentum', options.momentum, 0, 1);
		this.nesterov = boolean('nesterov', options.nesterov);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		return {momentum: this.momentum, nesterov: Number(this.nesterov)};
	}
}
