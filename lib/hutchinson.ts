/**
Hutchinson's estimate of the diagonal of a Hessian, for models of the caller's own: all it needs is the product of the
Hessian with a vector.

	u        independent numbers of mean 0 and variance 1: signs, or N(0, 1)
	ĥ        u ⊙ Hu, so that E[ĥᵢ] = Σⱼ Hᵢⱼ E[uᵢ uⱼ] = Hᵢᵢ
	Var[ĥᵢ]  Σ_{j≠i} Hᵢⱼ² for signs, and 2 Hᵢᵢ² more for N(0, 1)
	h        β₂ h + (1 − β₂) ĥ

Hutchinson 1990, https://doi.org/10.1080/03610919008812866; Liu et al. 2023, Algorithm 1, https://arxiv.org/abs/2305.14342;
the diagonal: Bekas et al. 2007, https://doi.org/10.1016/j.apnum.2007.01.003
*/
import {inRange, instance, integer, object, oneOf, positive, withDefaults} from './check';
import {defaultSeed} from './config';
import {Device} from './device';
import {wrap} from './errors';
import {average, averageAll, namedNumbers, numbersLike} from './hessian';
import type {AnyNumbers, DiagonalOutcome} from './hessian';
import {isOne} from './optimizers/numbers';
import {distributions, type Distribution} from './optimizers/optimizer';
import {SophiaH} from './optimizers/sophiah';
import {Tensor} from './tensor';

/** Where the probes of a caller's own model come from. */
export interface TensorProbeOptions {
	/** Which step or refresh this is, below 2³²: each draws numbers of its own. */
	readonly step: number;
	/** @default 1337 */
	readonly seed?: number;
	/** Signs have less variance than Gaussian numbers, which the paper has. @default 'rademacher' */
	readonly distribution?: Distribution;
	/** The number of the (first) tensor, below 2¹⁵: each draws numbers of its own. @default 0 */
	readonly number?: number;
	/** Where the tensors lie. @default the CPU */
	readonly device?: Device;
}

/** How a product is weighed. */
export interface EstimateOptions {
	/** A factor of the estimate, as 1/n is for one of n probes whose estimates are added. @default 1 */
	readonly weight?: number;
}

/** How an estimate goes into an average. */
export interface HutchinsonUpdateOptions extends EstimateOptions {
	/** Decay rate of the average, β₂, in [0, 1). With i/(i + 1) at the i-th call, from 0 on, it is the mean. @default 0.99 */
	readonly beta2?: number;
}

/** The most tensors of a model: the streams of random numbers that follow are those of `gnb.sampleGaussian`. @internal */
export const mostTensors = 2 ** 15;

/** A shape for each tensor, by name. */
type Shapes = Readonly<Record<string, readonly number[]>>;

/**
A random direction u: every number is a function of the seed, the step, the number of its tensor and its place there, the
same on every device.

@param shape of one tensor; or the shapes of several by name, which are numbered in their order
@returns a tensor of `f32`, or several by name
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_OUT_OF_MEMORY`
@example
```
const u = hutchinson.probe({weight: [3, 4], bias: [3]}, {step: 10});
u.weight.toArray(); // a Float32Array of −1 and 1
```
*/
function probe(shape: readonly number[], options: TensorProbeOptions): Tensor;
function probe<const S extends Shapes>(shapes: S, options: TensorProbeOptions): {[name in keyof S]: Tensor};
function probe(shape: readonly number[] | Shapes, options: TensorProbeOptions): Tensor | Record<string, Tensor> {
	const given = withDefaults(object('options', options), probeDefaults);
	const device = given.device === undefined ? Device.cpu() : instance('device', given.device, Device, 'a Device');
	const draw = {
		distribution: oneOf('distribution', given.distribution, distributions),
		seed: integer('seed', given.seed),
		step: integer('step', given.step, 0, 2 ** 32 - 1),
	};
	const drawn = (of: readonly number[], number: number) => {
		const tensor = device.empty(of);
		wrap(() => device.native().drawProbe({...draw, to: tensor.native(), number}));
		return tensor;
	};
	if (isShape(shape)) {
		return drawn(shape, integer('number', given.number, 0, mostTensors - 1));
	}
	const shapes = Object.entries(object('shape', shape)) as [string, readonly number[]][];
	const first = integer('number', given.number, 0, mostTensors - shapes.length);
	return Object.fromEntries(shapes.map(([name, each], i) => [name, drawn(each, first + i)]));
}

const isShape = (shape: readonly number[] | Shapes): shape is readonly number[] => Array.isArray(shape);

const probeDefaults: {[key in keyof TensorProbeOptions]-?: TensorProbeOptions[key] | undefined} = {
	step: undefined,
	seed: defaultSeed,
	distribution: SophiaH.defaults.curvature.distribution,
	number: 0,
	device: undefined,
};

/**
The estimate ĥ = u ⊙ Hu, which is what `OptimizerState.updateHessian` of Sophia-H takes. Where a batch comes in parts, take
an estimate of each with a u of its own and add them: that has less variance than one u for all.

@param u the direction
@param product Hu, the Hessian's product with it, with the same names and sizes
@returns tensors or arrays like those of the product
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
@example
```
const u = Float32Array.of(1, -1);
const product = Float32Array.of(2, -1); // of the matrix [[3, 1], [1, 2]] with u
hutchinson.estimate(u, product); // Float32Array [2, 1]
```
*/
function estimate<T extends AnyNumbers>(u: AnyNumbers, product: T, options: EstimateOptions = {}): T {
	const weight = positive('weight', withDefaults(options, estimateDefaults).weight);
	const products = namedNumbers('product', product);
	const directions = numbersLike('u', u, products);
	const estimates = Array.from(products, ([name, numbers]) => {
		const like = numbers instanceof Tensor ? numbers.device.zeros(numbers.shape) : new Float32Array(numbers.length);
		const part = {hessian: like, estimate: numbers, direction: directions(name)};
		average(part, {beta2: 0, scale: weight, squared: false});
		return [name, like] as const;
	});
	const all = isOne(product) ? estimates[0]?.[1] : Object.fromEntries(estimates);
	return (Array.isArray(product) ? estimates.map(([, each]) => each) : all) as T;
}

const estimateDefaults: Required<EstimateOptions> = {weight: 1};

/**
Takes the estimate of a product into an average of the caller's own, in place: h ← β₂ h + (1 − β₂) · weight · u ⊙ Hu. For a
step of the caller's own; an attached Sophia-H keeps its average itself.

@param hessian h, tensors or arrays; it begins at zero
@param u the direction
@param product Hu; like the direction it has the names and sizes of h, and may lie on another device
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
@example
```
const h = new Float32Array(2);
hutchinson.update(h, Float32Array.of(1, -1), Float32Array.of(2, -1), {beta2: 0.9}); // h is [0.2, 0.1]
```
*/
function update(
	hessian: AnyNumbers,
	u: AnyNumbers,
	product: AnyNumbers,
	options: HutchinsonUpdateOptions = {},
): DiagonalOutcome {
	const {beta2, weight} = withDefaults(options, updateDefaults);
	const averaging = {beta2: inRange('beta2', beta2, 0, 1), scale: positive('weight', weight), squared: false};
	const targets = namedNumbers('hessian', hessian);
	const directions = numbersLike('u', u, targets);
	const products = numbersLike('product', product, targets);
	const parts = Array.from(targets, ([name, numbers]) => ({
		hessian: numbers,
		estimate: products(name),
		direction: directions(name),
	}));
	return averageAll(parts, averaging);
}

const updateDefaults: Required<HutchinsonUpdateOptions> = {...estimateDefaults, beta2: SophiaH.defaults.beta2};

/**
Hutchinson's estimate over tensors and arrays of the caller's own.

@example
```
const u = hutchinson.probe({weight: [3, 4], bias: [3]}, {step: 10});
```
*/
export const hutchinson = Object.freeze({
	/** Draws a random vector to take a product of the Hessian with. */
	probe,
	/** The estimate of the diagonal, u ⊙ Hu. */
	estimate,
	/** Takes an estimate into the average. */
	update,
});
