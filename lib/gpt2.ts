/** The model: its parameters, its loss on text, and text drawn from it. */
import {instance, integer, knownKeys, object, path as checkPath} from './check';
import {
	defaultSeed,
	makeConfig,
	nativeConfig,
	placementKeys,
	type Dtype,
	type Gpt2Config,
	type Gpt2Options,
	type Placement,
} from './config';
import {checkpointConfig} from './checkpoint';
import {Dataset} from './dataset';
import {nameOf} from './devices';
import {SophiaError, wrap, wrapAsync} from './errors';
import {evaluationOptions, type EvaluateOptions, type Evaluation} from './evaluation';
import {examplesOptions, nativeExamples, type Examples, type ExamplesOptions, type PassOptions} from './examples';
import {drawTokens, generationOptions, promptTokens, type GenerateOptions} from './generation';
import {native, type Memory, type NativeGeneration, type NativeGpt2} from './native';
import {exportModel} from './pretrained/save';
import {findWeights, type PretrainedOptions} from './pretrained/weights';
import {probeOptions, type ProbeOptions, type Gradient, type Product} from './product';
import {checkValues, findParameter, ParameterVector, sizeOf, type Parameter} from './vector';

/** Where a new model is put, and how it begins. */
export interface CreateOptions extends Placement {
	/** Seed of the initial weights. @default 1337 */
	readonly seed?: number;
}

let release: (model: Gpt2) => NativeGpt2;

/** The native model behind a `Gpt2`, for the trainer. @throws SophiaError `ERR_SOPHIA_DISPOSED` */
export function nativeOf(model: Gpt2): NativeGpt2 {
	return release(model);
}

/**
A GPT-2 with its weights, on a device.

@example
```
using model = await Gpt2.create({layers: 4, heads: 4, width: 128, context: 256, vocabulary: 256});
const tokens = await model.generate(bytes.encode('The '), {count: 100});
```
*/
export class Gpt2 implements Disposable {
	/** Its shape. */
	readonly config: Gpt2Config;
	/** Where it is: `cpu`, or `cuda:0` and the like. */
	readonly device: string;
	/** What its passes store activations as. */
	readonly dtype: Dtype;
	#native: NativeGpt2 | undefined;

	static {
		release = (model) => model.#live();
	}

	private constructor(config: Gpt2Config, placement: Placement) {
		const settled = nativeConfig(config, placement);
		this.config = config;
		this.device = nameOf(settled);
		this.dtype = settled.dtype;
		this.#native = wrap(() => new (native().Gpt2)(settled));
	}

	/**
	A new model: weights N(0, 0.02), those that end a residual branch N(0, 0.02/√(2 layers)), biases 0, gains 1.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
	@throws SophiaError `ERR_SOPHIA_DEVICE`, `ERR_SOPHIA_OUT_OF_MEMORY`, `ERR_SOPHIA_NO_BINARY`.
	*/
	static async create(shape: Gpt2Options = {}, options: CreateOptions = {}): Promise<Gpt2> {
		knownKeys(object('options', options), [...placementKeys, 'seed']);
		const seed = integer('seed', options.seed ?? defaultSeed);
		return new Gpt2(makeConfig(shape), options).#filled((weights) => weights.initialize(seed));
	}

	/**
	The model of a checkpoint, whether a trainer wrote it or `save`.

	@throws SophiaError `ERR_SOPHIA_IO` when it cannot be read, `ERR_SOPHIA_FORMAT` when it is damaged or holds no model.
	*/
	static async load(path: string, placement: Placement = {}): Promise<Gpt2> {
		knownKeys(object('placement', placement), placementKeys);
		const config = checkpointConfig(path);
		return new Gpt2(config, placement).#filled((weights) => weights.load(path));
	}

	/**
	The GPT-2 of a directory of transformers: `config.json` and `model.safetensors`, whole or in shards. A checkpoint will
	do as well; both may be given another context or another dropout.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
	@throws SophiaError `ERR_SOPHIA_IO` when a file cannot be read, `ERR_SOPHIA_FORMAT`, with the reason, when one is damaged
	or holds a model that is none of these here; `ERR_SOPHIA_DEVICE`, `ERR_SOPHIA_OUT_OF_MEMORY`.
	*/
	static async fromPretrained(path: string, options: PretrainedOptions = {}): Promise<Gpt2> {
		const {config, placement, fill} = findWeights(path, options);
		return new Gpt2(config, placement).#filled(fill);
	}

	/** Every parameter tensor, in the order of checkpoints. */
	parameters(): readonly Parameter[] {
		return wrap(() => this.#live().parameters()).map(({name, shape}) => ({name, shape}));
	}

	/** A copy of a parameter tensor, by rows. @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` for an unknown name. */
	read(name: string): Float32Array {
		const known = findParameter(this.parameters(), name);
		return new Float32Array(wrap(() => this.#live().read(known.name)));
	}

	/** Overwrites a parameter tensor. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for another length. */
	write(name: string, values: Float32Array): void {
		const known = findParameter(this.parameters(), name);
		const given = checkValues(values, sizeOf(known));
		wrap(() => this.#live().write(known.name, given));
	}

	/**
	The loss on a part of a dataset, without dropout, at places drawn by the seed.

	@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when `length` is above the context or the shard is shorter.
	*/
	async evaluate(data: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
		instance('data', data, Dataset, 'a Dataset');
		const {split, ...settled} = evaluationOptions(options, this.config);
		const {loss, tokens} = await wrapAsync(() =>
			this.#live().evaluate(data[split].path, {...settled, format: data.format}),
		);
		return {loss, tokens};
	}

	/**
	Tokens drawn from the model, one after the other, each given the `context` tokens before it.

	@param prompt what comes before them, at least one token
	@returns the new tokens, without the prompt
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	@throws SophiaError `ABORT_ERR` when the signal says so, `ERR_SOPHIA_DIVERGED` when the weights are broken,
	`ERR_SOPHIA_BUSY` while the model is at something else.
	*/
	async generate(prompt: ArrayLike<number>, options: GenerateOptions = {}): Promise<Int32Array> {
		const tokens: number[] = [];
		for await (const token of this.stream(prompt, options)) {
			tokens.push(token);
		}
		return Int32Array.from(tokens);
	}

	/**
	The same, token by token. The model is busy while a token is computed, and free between two of them.

	@example
	```
	for await (const token of model.stream(bytes.encode('The '), {count: 100})) {
		process.stdout.write(bytes.bytes([token]));
	}
	```
	*/
	stream(prompt: ArrayLike<number>, options: GenerateOptions = {}): AsyncGenerator<number, void, void> {
		const {context} = this.config;
		const next = (seen: Int32Array, how: NativeGeneration) => wrapAsync(() => this.#live().generate(seen, how));
		return drawTokens(promptTokens(prompt, this.config), generationOptions(options, this.config), context, next);
	}

	/**
	Sequences of a dataset at places drawn by the seed, for the derivatives below.

	@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when `length` is above the context or the shard is shorter.
	*/
	async examples(data: Dataset, options: ExamplesOptions = {}): Promise<Examples> {
		instance('data', data, Dataset, 'a Dataset');
		const {split, ...settled} = examplesOptions(options, this.config);
		const {tokens, targets} = await wrapAsync(() =>
			this.#live().drawExamples(data[split].path, {...settled, format: data.format}),
		);
		return {tokens, targets, length: settled.length};
	}

	/** The gradient of the mean loss of the examples. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
	async gradient(examples: Examples, options: PassOptions = {}): Promise<Gradient> {
		const settled = nativeExamples(examples, options, this.config);
		const {vector, loss} = await wrapAsync(() => this.#live().gradient(settled));
		return {gradient: this.vector(vector), loss};
	}

	/**
	The exact product of the Hessian of the mean loss with a vector, by forward-over-reverse differentiation through every
	layer (Pearlmutter 1994, https://doi.org/10.1162/neco.1994.6.1.147): at most three gradients of work, no graph kept.
	The memory it needs beside a gradient's is taken at the first product, and stays until `releaseCurvature`.

	@param u the vector, a finite number for every parameter
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	async hessianVectorProduct(
		examples: Examples,
		u: ParameterVector | Float32Array,
		options: PassOptions = {},
	): Promise<Product> {
		return this.#multiply('hessianVectorProduct', examples, u, options);
	}

	/**
	The same with the Gauss-Newton matrix JᵀHJ, where J is the Jacobian of the logits and H the Hessian of the loss in the
	logits (Schraudolph 2002, https://doi.org/10.1162/08997660260028683). It is positive semidefinite, and its diagonal is
	what the Gauss-Newton-Bartlett estimate of Sophia-G estimates. Five thirds of a gradient of work.
	*/
	async gaussNewtonVectorProduct(
		examples: Examples,
		u: ParameterVector | Float32Array,
		options: PassOptions = {},
	): Promise<Product> {
		return this.#multiply('gaussNewtonVectorProduct', examples, u, options);
	}

	/** A random vector of independent numbers of mean 0 and variance 1: a function of the seed and the step. */
	async probe(options: ProbeOptions = {}): Promise<ParameterVector> {
		const {distribution, seed, step} = probeOptions(options);
		return this.vector(await wrapAsync(() => this.#live().drawProbe(distribution, seed, step)));
	}

	/** A vector over the parameters; without values a vector of zeros. @throws RangeError for another length. */
	vector(values?: Float32Array): ParameterVector {
		return new ParameterVector(this.parameters(), values);
	}

	/** Gives back the memory that only products need. The next product takes it again. */
	releaseCurvature(): void {
		wrap(() => {
			this.#live().releaseCurvature();
		});
	}

	/** Bytes of the native arenas. */
	memory(): Memory {
		return wrap(() => this.#live().memory());
	}

	/** Writes the weights as safetensors; the file is whole or not there. @throws SophiaError `ERR_SOPHIA_IO` */
	async save(path: string): Promise<void> {
		await wrapAsync(() => this.#live().save(checkPath('path', path)));
	}

	/**
	Writes a directory that transformers reads: `config.json`, `model.safetensors` and, for a vocabulary of GPT-2's size,
	GPT-2's tokenizer. A model without biases gets biases of 0. `config.json` is written last.

	@throws SophiaError `ERR_SOPHIA_IO`
	*/
	async savePretrained(directory: string): Promise<void> {
		await exportModel(this.#live(), directory);
	}

	/** Frees the memory. The model cannot be used afterwards; a second call does nothing. */
	dispose(): void {
		this.#native?.dispose();
		this.#native = undefined;
	}

	/** As `dispose`: `using` calls it at the end of its block. */
	[Symbol.dispose](): void {
		this.dispose();
	}

	async #filled(fill: (weights: NativeGpt2) => Promise<void>): Promise<this> {
		try {
			await wrapAsync(() => fill(this.#live()));
			return this;
		} catch (error) {
			this.dispose();
			throw error;
		}
	}

	async #multiply(
		by: 'hessianVectorProduct' | 'gaussNewtonVectorProduct',
		examples: Examples,
		u: ParameterVector | Float32Array,
		options: PassOptions,
	): Promise<Product> {
		const settled = nativeExamples(examples, options, this.config);
		const direction = u instanceof ParameterVector ? u.values : this.vector(u).values;
		const {vector, ...found} = await wrapAsync(() => this.#live()[by](settled, direction));
		return {product: this.vector(vector), ...found};
	}

	#live(): NativeGpt2 {
		if (this.#native === undefined) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The model was disposed');
		}
		return this.#native;
	}
}
