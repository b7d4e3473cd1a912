/**
Muon, MomentUm Orthogonalized by Newton-Schulz. Jordan et al. 2024. https://kellerjordan.github.io/posts/muon/

	m ← μ m + (1 − μ) g
	G ← (1 − μ) g + μ m             Nesterov's, or m
	d ← s · NS(G)                   about the nearest orthogonal matrix, times a factor of its shape

moves matrices; embeddings, the head, gains and biases are AdamW's.
*/
import {boolean, inRange, oneOf, positive, withDefaults} from '../check';
import {checkIterations, muonScales, orthogonalizing, type MuonScale} from './newtonschulz';
import {Optimizer, type OptimizerOptions} from './optimizer';
import type {RoutedTensor, Route} from './routing';
import {adamwRule, checkAdamW, type SideAdamW, type SideAdamWOptions} from './side';

/** What a `Muon` is made of. */
export interface MuonOptions extends OptimizerOptions {
	/** Part of the momentum that stays, μ, in [0, 1). @default 0.95 */
	readonly momentum?: number;
	/** Nesterov's momentum: the direction looks one step of the momentum ahead. @default true */
	readonly nesterov?: boolean;
	/**
	Whether the momentum is an average, as in Jordan's code, or a sum of gradients, μ m + g, as in Wen et al. 2025. But for
	ε the direction is the same.

	@default true
	*/
	readonly averaged?: boolean;
	/** Iterations of Newton and Schulz, 1 to 100. @default 5 */
	readonly iterations?: number;
	/** Added to the norm that a matrix is divided by, ε, above 0. @default 1e-7 */
	readonly epsilon?: number;
	/** What the direction of a matrix is multiplied by. @default 'original' */
	readonly scale?: MuonScale;
	/**
	AdamW for embeddings, the head, gains and biases; a part of it stands over the default. Its learning rate is its own,
	and follows the same schedule.

	@default {learningRate: 3e-4, beta1: 0.9, beta2: 0.95, epsilon: 1e-10}
	*/
	readonly adamw?: SideAdamWOptions;
}

/**
Muon: matrices move by about the orthogonal matrix that is nearest to their momentum, everything else by AdamW. Jordan et
al. 2024, https://kellerjordan.github.io/posts/muon/. `trainer.routing` and `state.routing` say what moves what; queries,
keys and values are matrices of their own. An embedding that is the head as well, as GPT-2's, is AdamW's.

Defaults are those of Jordan's code (github.com/KellerJordan/Muon). Its λ is 0; ours is the 0.1 of Wen et al. 2025
(https://arxiv.org/abs/2509.02046), where 0 ends 0.07 nats higher. Their optimum at 130 million parameters is
`preset('130m', 'muon')`.

@example
```
const optimizer = new Muon({learningRate: 0.02, adamw: {learningRate: 3e-3}});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class Muon extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<Omit<MuonOptions, 'adamw'>> & {
		/** That of Jordan's code. */
		readonly adamw: SideAdamW;
	} = {
		learningRate: 0.02,
		weightDecay: 0.1,
		decay: 'matrices+embeddings',
		momentum: 0.95,
		nesterov: true,
		averaged: true,
		iterations: 5,
		epsilon: 1e-7,
		scale: 'original',
		adamw: {learningRate: 3e-4, weightDecay: undefined, beta1: 0.9, beta2: 0.95, epsilon: 1e-10},
	};

	readonly name = 'muon';
	/** Part of the momentum that stays, μ. */
	readonly momentum: number;
	/** Whether the momentum is Nesterov's. */
	readonly nesterov: boolean;
	/** Whether the momentum is an average of gradients, or their sum. */
	readonly averaged: boolean;
	/** Iterations of Newton and Schulz. */
	readonly iterations: number;
	/** Added to the norm that a matrix is divided by, ε. */
	readonly epsilon: number;
	/** What the direction of a matrix is multiplied by. */
	readonly scale: MuonScale;
	/** AdamW for everything that is no matrix. */
	readonly adamw: SideAdamW;

	constructor(given: MuonOptions = {}) {
		const options = withDefaults(given, Muon.defaults);
		super(options);
		this.momentum = inRange('momentum', options.momentum, 0, 1);
		this.nesterov = boolean('nesterov', options.nesterov);
		this.averaged = boolean('averaged', options.averaged);
		this.iterations = checkIterations(options.iterations);
		this.epsilon = positive('epsilon', options.epsilon);
		this.scale = oneOf('scale', options.scale, muonScales);
		this.adamw = checkAdamW(options.adamw, Muon.defaults.adamw);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		const {momentum, nesterov, averaged, iterations, epsilon, scale} = this;
		return orthogonalizing({momentum, gradient: averaged ? 1 - momentum : 1, nesterov, iterations, epsilon, scale});
	}

	override route({role, parts}: RoutedTensor): Route {
		return role === 'matrix' ? {rule: this.rule, matrices: parts} : {rule: adamwRule(this.adamw, this.weightDecay)};
	}
}
