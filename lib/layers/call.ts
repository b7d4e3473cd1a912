/** A layer called on tensors: they are checked, what it writes is made unless it is given, and native code is told. */
import {finite, got, instance, knownKeys, object} from '../check';
import type {Device} from '../device';
import {argumentError, wrap} from '../errors';
import type {NativeTensor} from '../nativetensors';
import {Storage} from '../storage';
import {Tensor, type ElementType} from '../tensor';

/** What layers compute with. */
export type Float = 'f32' | 'bf16';

type AnyTensor = Tensor<ElementType>;

/** Tensors that a call made. */
export interface Made {
	/** Returns them all, but for those that the call was given to write to. */
	dispose(): void;
	/** The same, at the end of the block where the result is declared with `using`. */
	[Symbol.dispose](): void;
}

/** What the result has where an optional input was given. */
export type Beside<Given, Input extends string, Gradient extends string> =
	Given extends Readonly<Record<Input, Tensor<ElementType>>>
		? Readonly<Record<Gradient, Tensor>>
		: Readonly<Partial<Record<Gradient, Tensor>>>;

/** What the result has unless the caller refused it, by `false`. */
export type Unless<Given, Gradient extends string, Value> =
	Given extends Readonly<Record<Gradient, false>> ? unknown : Readonly<Record<Gradient, Value>>;

/** Sizes by their names or as they must be; a leading `...` stands for any number of them. */
type Pattern = readonly (number | string)[];
type Shape = readonly number[];

/** The product of sizes: how many rows leading dimensions come to. */
export const product = (sizes: Shape) => sizes.reduce((all, size) => all * size, 1);

/** A layer, a tensor that it reads, and the one that it may write to the same place. */
const inPlace: readonly string[] = ['crossentropy logits dlogits', 'gelu dy dx', 'residual dy dbranch'];

function overlap(one: AnyTensor, other: AnyTensor): boolean {
	const [end, otherEnd] = [one, other].map(({address, byteLength}) => address + BigInt(byteLength));
	return one.address < (otherEnd ?? 0n) && other.address < (end ?? 0n);
}

/** One call of a verb. Its tensors are named one after the other, each checked against those before it; then it runs. */
export class Call<D extends Float = 'f32'> {
	readonly #given: Readonly<Record<string, unknown>>;
	readonly #tensors: Record<string, {readonly value: NativeTensor; readonly tangent: NativeTensor | undefined}> = {};
	readonly #entered: [name: string, tensor: AnyTensor][] = [];
	/** Those that are made to be given back, and for the time of the call. */
	readonly #made: AnyTensor[] = [];
	readonly #passing: AnyTensor[] = [];
	#first: {readonly name: string; readonly device: Device} | undefined;
	/** The type of activations and parameters, and the tensor that decided it. */
	#floats: {readonly name: string; readonly dtype: Float} | undefined;
	/** The first tensor with a tangent. */
	readonly #moving: string | undefined;

	/** @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` for a name that is none of `names` */
	constructor(
		private readonly layer: string,
		private readonly verb: 'forward' | 'backward',
		given: unknown,
		names: readonly string[],
	) {
		this.#given = object('tensors', given);
		knownKeys(this.#given, names);
		this.#moving = names.find((name) => this.#moves(name));
	}

	/** An activation or a parameter: `f32`, or `bf16` as all of them. */
	activation(name: string, pattern: Pattern): AnyTensor {
		return this.#enter(name, this.#activation(name, pattern));
	}

	/** The same where it is given. */
	optional(name: string, pattern: Pattern): AnyTensor | undefined {
		return this.#given[name] === undefined ? undefined : this.activation(name, pattern);
	}

	/** A parameter of which `backward` needs the shape alone. */
	table(name: string, pattern: Pattern): AnyTensor {
		return this.verb === 'forward' ? this.activation(name, pattern) : this.#activation(name, pattern);
	}

	/** Losses, logits and the like, which are `f32` always. */
	statistic(name: string, pattern: Pattern): AnyTensor {
		return this.#enter(name, this.#check(name, this.#given[name], pattern, 'f32'));
	}

	/** Statistics, or one number for all of them. */
	constant(name: string, shape: Shape): void {
		const given = this.#given[name];
		if (typeof given !== 'number') {
			this.statistic(name, shape);
			return;
		}
		finite(name, given);
		const tensor = Tensor.make(this.#device(), shape, 'f32');
		this.#passing.push(tensor);
		this.#enter(name, tensor.fill(given));
	}

	/** Tokens or labels: native code looks at each. */
	indices(name: string, pattern: Pattern): AnyTensor {
		return this.#enter(name, this.#check(name, this.#given[name], pattern, 'i32'));
	}

	/** What `forward` left: it must have tangents where its inputs had, or the derivatives were wrong without a word. */
	saved(name: string, shape: Shape, kind: 'activation' | 'statistic', inputs: readonly string[]): void {
		const tensor = this[kind](name, shape);
		const moving = inputs.find((input) => this.#moves(input));
		if (moving !== undefined && tensor.tangent === undefined) {
			const why = `, as \`${moving}\` has: \`forward\` of the same tensors gives it one`;
			throw argumentError('range', `Expected \`${name}\` to have a tangent${why}`);
		}
	}

	/** Whether the caller wants no such tensor. */
	refuses(name: string): boolean {
		return this.#given[name] === false;
	}

	/**
	Runs the layer.

	@param numbers what else native code has to know
	@param activations what is written or added to, of the type of the activations, with the shapes of those that there are
	@param statistics the same of `f32`
	*/
	run<Activation extends string, Statistic extends string>(
		numbers: Readonly<Record<string, number>>,
		activations: Readonly<Record<Activation, Shape | undefined>>,
		statistics: Readonly<Record<Statistic, Shape | undefined>>,
	): Readonly<Record<Activation, Tensor<D>>> & Readonly<Record<Statistic, Tensor>> & Made {
		const written: Record<string, AnyTensor> = {};
		const write = (shapes: Readonly<Record<string, Shape | undefined>>, dtype: ElementType) => {
			for (const [name, shape] of Object.entries(shapes)) {
				if (shape !== undefined) {
					written[name] = this.#written(name, shape, dtype);
				} else if (this.#given[name] instanceof Tensor) {
					throw argumentError('range', `Expected no \`${name}\` without the input that it is the gradient of`);
				}
			}
		};
		const {layer, verb} = this;
		const tensors = this.#tensors;
		try {
			write(activations, this.#floats?.dtype ?? 'f32');
			write(statistics, 'f32');
			wrap(() =>
				this.#device()
					.native()
					.run({layer, backward: verb === 'backward', tensors, numbers}),
			);
		} catch (error) {
			disposeAll(this.#made);
			throw error;
		} finally {
			disposeAll(this.#passing);
		}
		return withDispose(written, this.#made) as ReturnType<typeof this.run<Activation, Statistic>>;
	}

	/** A tensor that is given to be written to, or a new one. */
	#written(name: string, shape: Shape, dtype: ElementType): AnyTensor {
		const given = this.#given[name];
		if (given !== undefined) {
			const tensor = this.#check(name, given, shape, dtype);
			if (this.#moving !== undefined && tensor.tangent === undefined) {
				throw argumentError('range', `Expected \`${name}\` to have a tangent, as \`${this.#moving}\` has`);
			}
			this.#expectApart(name, tensor);
			return this.#enter(name, tensor);
		}
		const make = this.#moving === undefined ? makeZeros : makeMoving;
		const tensor = make(this.#device(), shape, dtype);
		this.#made.push(tensor);
		return this.#enter(name, tensor);
	}

	/** What is written may be no tensor that is read, but for those that a layer reads before it writes there. */
	#expectApart(name: string, tensor: AnyTensor): void {
		for (const [other, entered] of this.#entered) {
			if (overlap(tensor, entered) && !inPlace.includes(`${this.layer} ${other} ${name}`)) {
				throw argumentError('range', `Expected \`${name}\` to have memory of its own, got that of \`${other}\``);
			}
		}
	}

	#activation(name: string, pattern: Pattern): AnyTensor {
		const tensor = this.#check(name, this.#given[name], pattern, this.#floats?.dtype);
		this.#floats ??= {name, dtype: expectFloats(name, tensor)};
		return tensor;
	}

	#check(name: string, given: unknown, pattern: Pattern, dtype: ElementType | undefined): AnyTensor {
		const tensor = instance<AnyTensor>(name, given, Tensor, 'a Tensor');
		this.#first ??= {name, device: tensor.device};
		const {name: first, device} = this.#first;
		if (tensor.device.name !== device.name) {
			const where = `Expected \`${name}\` to be on \`${device.name}\`, as \`${first}\` is`;
			throw argumentError('range', `${where}, got one on \`${tensor.device.name}\``);
		}
		if (dtype !== undefined && tensor.dtype !== dtype) {
			const as = dtype === this.#floats?.dtype ? `, as \`${this.#floats.name}\` does` : '';
			throw argumentError('range', `Expected \`${name}\` to hold ${dtype}${as}, got ${tensor.dtype}`);
		}
		if (!fits(tensor.shape, pattern)) {
			const wanted = `Expected \`${name}\` to have the shape [${pattern.join(', ')}]`;
			throw argumentError('range', `${wanted}, got [${tensor.shape.join(', ')}]`);
		}
		return tensor;
	}

	#enter(name: string, tensor: AnyTensor): AnyTensor {
		this.#entered.push([name, tensor]);
		this.#tensors[name] = {value: tensor.native(), tangent: tensor.tangent?.native()};
		return tensor;
	}

	#moves(name: string): boolean {
		const given = this.#given[name];
		return given instanceof Tensor && given.tangent !== undefined;
	}

	/** Of the first tensor: every call reads one. */
	#device(): Device {
		return (this.#first as {device: Device}).device;
	}
}

const makeZeros = (device: Device, shape: Shape, dtype: ElementType): AnyTensor => Tensor.make(device, shape, dtype);

/** Zeros with a tangent of zeros, which goes when they go. */
function makeMoving(device: Device, shape: Shape, dtype: ElementType): AnyTensor {
	const tangent = makeZeros(device, shape, dtype);
	try {
		return new Tensor(Storage.take(device, tangent.byteLength), shape, dtype, 0, tangent, true);
	} catch (error) {
		tangent.dispose();
		throw error;
	}
}

function disposeAll(tensors: readonly AnyTensor[]): void {
	tensors.forEach((tensor) => tensor.dispose());
}

/** With methods that do not show, so that the tensors can be handed on by `...`. */
function withDispose(written: object, made: readonly AnyTensor[]): object {
	const hidden = {value: () => disposeAll(made)};
	return Object.defineProperties(written, {dispose: hidden, [Symbol.dispose]: hidden});
}

function fits(shape: Shape, pattern: Pattern): boolean {
	const open = pattern[0] === '...';
	const rest = open ? pattern.slice(1) : pattern;
	const last = shape.slice(shape.length - rest.length);
	const long = open ? shape.length >= rest.length : shape.length === rest.length;
	return long && rest.every((wanted, i) => (typeof wanted === 'number' ? last[i] === wanted : last[i] !== 0));
}

function expectFloats(name: string, {dtype, tangent}: AnyTensor): Float {
	if (dtype !== 'f32' && dtype !== 'bf16') {
		throw argumentError('range', `Expected \`${name}\` to hold f32 or bf16, ${got(dtype)}`);
	}
	if (dtype === 'bf16' && tangent !== undefined) {
		throw argumentError('range', `Expected \`${name}\` to hold f32: tangents are not computed in bf16`);
	}
	return dtype;
}
