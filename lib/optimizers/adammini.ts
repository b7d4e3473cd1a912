/**
Adam-mini. Zhang et al. 2024, Algorithm 1. https://arxiv.org/abs/2406.16793

	m ← β₁ m + (1 − β₁) g
	v ← β₂ v + (1 − β₂) mean(g²)         one number for each block, over which the mean is
	d ← m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)

	embedding        a block for each token, or position
	matrices         a block for each head of queries and keys, and for each output neuron of others
	gains, biases    AdamW, with a second moment for each number
*/
import {inRange, positive, withDefaults} from '../check';
import {Optimizer, type OptimizerOptions} from './optimizer';
import type {RoutedTensor, Route} from './routing';

/** What an `AdamMini` is made of. */
export interface AdamMiniOptions extends OptimizerOptions {
	/** Decay rate of the first moment, β₁, in [0, 1). @default 0.9 */
	readonly beta1?: number;
	/** Decay rate of the second moment, β₂, in [0, 1). @default 0.95 */
	readonly beta2?: number;
	/** Added to the root of the second moment, ε, above 0. @default 1e-8 */
	readonly epsilon?: number;
}

/**
Adam-mini: AdamW with one second moment for a whole block of numbers, and so half its memory. Zhang et al. 2024,
https://arxiv.org/abs/2406.16793. The blocks are those of Wen et al. 2025 (https://arxiv.org/abs/2509.02046): one for each
row of an embedding, each head of queries and keys, each output neuron of other matrices, values among them; gains and
biases are AdamW's. `trainer.routing` and `state.routing` say which numbers share one. Of tensors of a caller's own, a
group says how many heads a projection has (`heads`), and which way its outputs go (`outLast`).

Defaults are those of `AdamW`, as the paper advises; the study's optimum at 130 million parameters is
`preset('130m', 'adam-mini')`.

@example
```
const optimizer = new AdamMini({learningRate: 3e-4});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class AdamMini extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<AdamMiniOptions> = {
		learningRate: 6e-4,
		weightDecay: 0.1,
		decay: 'matrices+embeddings',
		beta1: 0.9,
		beta2: 0.95,
		epsilon: 1e-8,
	};

	readonly name = 'adam-mini';
	/** Decay rate of the first moment, β₁. */
	readonly beta1: number;
	/** Decay rate of the second moment, β₂. */
	readonly beta2: number;
	/** Added to the root of the second moment, ε. */
	readonly epsilon: number;

	constructor(given: AdamMiniOptions = {}) {
		const options = withDefaults(given, AdamMini.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.epsilon = positive('epsilon', options.epsilon);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		return {beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon};
	}

	override route(tensor: RoutedTensor): Route {
		const {rule} = this;
		return tensor.role === 'vector'
			? {rule: {...rule, name: 'adamw', direction: 'adamw'}}
			: {rule, ...blocksOf(tensor)};
	}
}

/** Queries and keys of a projection to queries, keys and values; of a projection by itself that one. */
const headed = 2;

function blocksOf({role, rows, columns, outLast, parts, heads}: RoutedTensor): Pick<Route, 'block' | 'widths'> {
	if (role === 'embedding') {
		return {block: columns};
	}
	if (!outLast) {
		return {block: columns * (heads > 0 ? rows / heads : 1)};
	}
	const head = heads > 0 ? columns / parts / heads : 1;
	return {widths: Array.from({length: parts}, (_, part) => (part < headed ? head : 1))};
}
