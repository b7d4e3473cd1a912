/**
Scion. Pethick et al. 2025, Algorithm 2. https://arxiv.org/abs/2502.07529

	m ← μ m + (1 − μ) g
	θ ← (1 − ηλ) θ − η r u(m)        u has norm 1, in the norm of the tensor's role; with λ = 1 that of θ stays below r

	matrices              √(out/in) NS(m)                       the spectral norm
	embeddings, head      sign(m) / in                          the largest number
	gains, biases         m / (rms(m) + 1e-8)                   the root of the mean square

and as Wen et al. 2025 have it, https://arxiv.org/abs/2509.02046:

	matrices              √max(1, out/in) NS(m)
	everything else       sign(m), with a learning rate of its own
*/
import {inRange, object, oneOf, positive, withDefaults} from '../check';
import {checkIterations, orthogonalizing} from './newtonschulz';
import {Optimizer, type Decay, type OptimizerOptions} from './optimizer';
import type {Role, RoutedTensor, Route, Rule} from './routing';
import {checkSign, signRule, type SideSign, type SideSignOptions} from './side';

/** Whose Scion it is: of the authors, or of Wen et al. 2025. */
export type ScionForm = 'official' | 'study';

/** The radius of the ball that tensors of a role stay in, r. */
export type ScionRadii = Readonly<Record<Role, number>>;

/** What a `Scion` is made of. */
export interface ScionOptions extends OptimizerOptions {
	/** The norms of the authors' code, or the form of Wen et al. 2025. @default 'official' */
	readonly form?: ScionForm;
	/** Peak learning rate η, above 0; the schedule multiplies it. @default 2⁻¹², 0.016 in the form of the study */
	readonly learningRate?: number;
	/**
	Decoupled weight decay λ, at least 0. In the official form 1 keeps the tensors within their balls and 0 does not, the
	authors' `unconstrained`.

	@default 1, 0.1 in the form of the study
	*/
	readonly weightDecay?: number;
	/** The tensors that decay. @default 'all', 'matrices+embeddings' in the form of the study */
	readonly decay?: Decay;
	/** Part of the momentum that stays, μ, in [0, 1); the authors' code calls 1 − μ so. @default 0.9, the study's 0.95 */
	readonly momentum?: number;
	/** Iterations of Newton and Schulz, 1 to 100. @default 5, the study's 10 */
	readonly iterations?: number;
	/** Added to the norm that a matrix is divided by, ε, above 0. @default 1e-7, the study's 1e-8 */
	readonly epsilon?: number;
	/**
	The official form's radii, above 0, by the roles of tensors; a part of them stands over the default. Those of matrices
	and tables are the authors' for a GPT-2 whose embedding is its head. Theirs has no gains and biases: 1 keeps gains
	about where they begin.

	@default {embedding: 3000, head: 3000, matrix: 50, vector: 1}
	*/
	readonly radii?: Partial<ScionRadii>;
	/**
	The study's sign of the momentum for everything that is no matrix; a part of it stands over the default. Its learning
	rate is its own, a fifth of the other, and follows the same schedule.

	@default {learningRate: 3.2e-3, beta1: 0.95}
	*/
	readonly sign?: SideSignOptions;
}

/** What follows from the form. */
const forms = {
	official: {
		...{learningRate: 2 ** -12, weightDecay: 1, decay: 'all'},
		...{momentum: 0.9, iterations: 5, epsilon: 1e-7},
	},
	study: {
		...{learningRate: 0.016, weightDecay: 0.1, decay: 'matrices+embeddings'},
		...{momentum: 0.95, iterations: 10, epsilon: 1e-8},
	},
} as const satisfies Record<ScionForm, Partial<ScionOptions>>;

/** The authors' ε for gains and biases. */
const rmsEpsilon = 1e-8;

/**
Scion: every tensor moves by the step that is steepest in a norm of its role: matrices by about the orthogonal matrix
nearest to the momentum, tables of tokens by its sign. Pethick et al. 2025, https://arxiv.org/abs/2502.07529.

Defaults are those of the authors' code (github.com/LIONS-EPFL/scion) for GPT-2, or of Wen et al. 2025
(https://arxiv.org/abs/2509.02046) in their form; their optimum at 130 million parameters is `preset('130m', 'scion')`. In
the official form η is a part of the radii, and what a trainer reports as its learning rate is that of matrices, η times
their radius.

@example
```
const optimizer = new Scion({form: 'study', learningRate: 0.01, sign: {learningRate: 2e-3}});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class Scion extends Optimizer {
	/** The options that are not given; what is undefined follows from the form. */
	static readonly defaults: {readonly [Key in keyof Required<ScionOptions>]: ScionOptions[Key] | undefined} & {
		/** The authors' form. */
		readonly form: ScionForm;
		/** The authors' for GPT-2. */
		readonly radii: ScionRadii;
		/** The study's. */
		readonly sign: SideSign;
	} = {
		learningRate: undefined,
		weightDecay: undefined,
		decay: undefined,
		form: 'official',
		momentum: undefined,
		iterations: undefined,
		epsilon: undefined,
		radii: {embedding: 3000, head: 3000, matrix: 50, vector: 1},
		sign: {learningRate: 3.2e-3, weightDecay: undefined, beta1: 0.95},
	};

	readonly name = 'scion';
	/** Whose Scion it is. */
	readonly form: ScionForm;
	/** Part of the momentum that stays, μ. */
	readonly momentum: number;
	/** Iterations of Newton and Schulz. */
	readonly iterations: number;
	/** Added to the norm that a matrix is divided by, ε. */
	readonly epsilon: number;
	/** The official form's radii. */
	readonly radii: ScionRadii;
	/** The study's sign of the momentum. */
	readonly sign: SideSign;

	constructor(given: ScionOptions = {}) {
		const options = withForm(given);
		super(options);
		this.form = options.form;
		this.momentum = inRange('momentum', options.momentum, 0, 1);
		this.iterations = checkIterations(options.iterations);
		this.epsilon = positive('epsilon', options.epsilon);
		this.radii = checkRadii(options.radii);
		this.sign = checkSign(options.sign, Scion.defaults.sign);
		Object.freeze(this);
	}

	override get direction() {
		return 'muon';
	}

	hyper(): Readonly<Record<string, number>> {
		const {form, momentum, iterations, epsilon} = this;
		const scale = form === 'official' ? 'spectral' : 'original';
		return orthogonalizing({momentum, gradient: 1 - momentum, nesterov: false, iterations, epsilon, scale});
	}

	override get rule(): Rule {
		return this.form === 'official' ? this.#within(super.rule, this.radii.matrix) : super.rule;
	}

	override route(tensor: RoutedTensor): Route {
		const {role, parts} = tensor;
		if (role === 'matrix') {
			return {rule: this.rule, matrices: parts};
		}
		return {rule: this.form === 'official' ? this.#official(tensor) : signRule(this.sign, this.weightDecay)};
	}

	#official({role, rows, columns, outLast}: RoutedTensor): Rule {
		const {momentum} = this;
		if (role === 'vector') {
			const hyper = {beta1: momentum, epsilon: rmsEpsilon};
			return this.#within({...super.rule, name: 'rms', direction: 'rms-momentum', hyper}, this.radii.vector);
		}
		const inputs = role === 'head' && outLast ? rows : columns;
		const hyper = {beta1: momentum, beta2: momentum};
		const rule = {...super.rule, name: 'sign', direction: 'lion', hyper};
		return this.#within(rule, this.radii[role === 'head' ? 'head' : 'embedding'] / Math.max(inputs, 1));
	}

	/** The step of length 1 becomes one of the radius, and the decay stays as it is. */
	#within(rule: Rule, radius: number): Rule {
		return {...rule, learningRate: this.learningRate * radius, weightDecay: this.weightDecay / radius};
	}
}

function withForm(given: ScionOptions) {
	const options = withDefaults(given, Scion.defaults);
	const form = oneOf('form', options.form, ['official', 'study']);
	const decided = Object.entries(options).filter(([, value]) => value !== undefined);
	return {
		...options,
		...forms[form],
		...(Object.fromEntries(decided) as Partial<typeof options>),
		form,
	} as DecidedOptions;
}

type DecidedOptions = Required<ScionOptions> & {readonly form: ScionForm};

function checkRadii(given: Partial<ScionRadii>): ScionRadii {
	const {embedding, head, matrix, vector} = withDefaults(object('radii', given), Scion.defaults.radii);
	return Object.freeze({
		embedding: positive('radii.embedding', embedding),
		head: positive('radii.head', head),
		matrix: positive('radii.matrix', matrix),
		vector: positive('radii.vector', vector),
	});
}
