/** The model: its parameters, its loss on text, and text drawn from it. */
import {types} from 'node:util';
import {integer, knownKeys, object, string, suggestion} from './check';
import {defaultSeed, makeConfig, nativeConfig, type Gpt2Config, type Gpt2Options, type Placement} from './config';
import {checkpointConfig} from './checkpoint';
import type {Dataset} from './dataset';
import {argumentError, SophiaError, wrap, wrapAsync} from './errors';
import {evaluationOptions, type EvaluateOptions, type Evaluation} from './evaluation';
import {generationOptions, promptTokens, type GenerateOptions} from './generation';
import {native, type NativeGpt2} from './native';

export interface CreateOptions extends Placement {
	/** Seed of the initial weights. @default 1337 */
	readonly seed?: number;
}

/** A parameter tensor. Names and shapes are those of Hugging Face's GPT-2; matrices are (in, out). */
export interface Parameter {
	readonly name: string;
	readonly shape: readonly number[];
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
	readonly config: Gpt2Config;
	readonly device: string;
	#native: NativeGpt2 | undefined;

	static {
		release = (model) => model.#live();
	}

	private constructor(config: Gpt2Config, placement: Placement) {
		const settled = nativeConfig(config, placement);
		this.config = config;
		this.device = settled.device;
		this.#native = wrap(() => new (native().Gpt2)(settled));
	}

	/**
	A new model: weights N(0, 0.02), those that end a residual branch N(0, 0.02/√(2 layers)), biases 0, gains 1.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
	@throws SophiaError `ERR_SOPHIA_DEVICE`, `ERR_SOPHIA_OUT_OF_MEMORY`, `ERR_SOPHIA_NO_BINARY`.
	*/
	static async create(shape: Gpt2Options = {}, options: CreateOptions = {}): Promise<Gpt2> {
		knownKeys(object('options', options), ['device', 'threads', 'isa', 'seed']);
		const seed = integer('seed', options.seed ?? defaultSeed);
		return new Gpt2(makeConfig(shape), options).#filled((weights) => weights.initialize(seed));
	}

	/**
	The model of a checkpoint, whether a trainer wrote it or `save`.

	@throws SophiaError `ERR_SOPHIA_IO` when it cannot be read, `ERR_SOPHIA_FORMAT` when it is damaged or holds no model.
	*/
	static async load(path: string, placement: Placement = {}): Promise<Gpt2> {
		knownKeys(object('placement', placement), ['device', 'threads', 'isa']);
		const config = checkpointConfig(path);
		return new Gpt2(config, placement).#filled((weights) => weights.load(path));
	}

	/** Every parameter tensor, in the order of checkpoints. */
	parameters(): readonly Parameter[] {
		return wrap(() => this.#live().parameters());
	}

	/** A copy of a parameter tensor, by rows. @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` for an unknown name. */
	read(name: string): Float32Array {
		return new Float32Array(wrap(() => this.#live().read(this.#known(name))));
	}

	/** Overwrites a parameter tensor. @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for another length. */
	write(name: string, values: Float32Array): void {
		if (!types.isFloat32Array(values)) {
			throw argumentError('type', 'Expected `values` to be a Float32Array');
		}
		wrap(() => this.#live().write(this.#known(name), values));
	}

	/**
	The loss on a part of a dataset, without dropout, at places drawn by the seed.

	@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when `length` is above the context or the shard is shorter.
	*/
	async evaluate(data: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
		const {split, ...settled} = evaluationOptions(options, this.config);
		const {loss, tokens} = await wrapAsync(() => this.#live().evaluate(data[split].path, settled));
		return {loss, tokens};
	}

	/**
	Tokens drawn from the model, one after the other, each given all before it.

	@param prompt what comes before them, at least one token
	@returns the new tokens, without the prompt
	*/
	async generate(prompt: ArrayLike<number>, options: GenerateOptions = {}): Promise<Int32Array> {
		const tokens = promptTokens(prompt, this.config);
		const settled = generationOptions(options, this.config);
		return new Int32Array(await wrapAsync(() => this.#live().generate(tokens, settled)));
	}

	/** Writes the weights as safetensors; the file is whole or not there. @throws SophiaError `ERR_SOPHIA_IO` */
	async save(path: string): Promise<void> {
		await wrapAsync(() => this.#live().save(string('path', path)));
	}

	/** Frees the memory. The model cannot be used afterwards; a second call does nothing. */
	dispose(): void {
		this.#native?.dispose();
		this.#native = undefined;
	}

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

	#known(name: string): string {
		const names = this.parameters().map((parameter) => parameter.name);
		if (!names.includes(name)) {
			throw argumentError('type', `Unknown parameter \`${name}\`${suggestion(name, names)}`);
		}
		return name;
	}

	#live(): NativeGpt2 {
		if (this.#native === undefined) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The model was disposed');
		}
		return this.#native;
	}
}
