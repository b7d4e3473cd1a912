/**
The Gauss-Newton-Bartlett estimate, for models of the caller's own: all it needs is the gradient at labels that are drawn
from the model itself.

	ŷ_b ~ p(· | f(x_b))                  a label for each of B predictions, from what the model says
	ĝ = ∇ (1/B) Σ_b −ln p(ŷ_b | f(x_b))  an ordinary gradient of the mean loss, with these labels as constants
	ĥ = B ĝ²                             E[ĥ] = diag G,  G = (1/B) Σ_b J_bᵀ S_b J_b,  J_b = ∂f(x_b)/∂θ
	h ← β₂ h + (1 − β₂) ĥ

It is unbiased because E[∇ −ln p(ŷ)] = 0 over labels from p (Bartlett 1953, the first identity): the cross terms of the
square vanish, and what stays of each label is its own square, E[(p' / p)²] = S_b, the Hessian of −ln p in f (the second
identity). For a softmax S = diag(p) − p pᵀ; for y ~ N(f, σ²) it is 1/σ². Labels of the data have no such property.

Liu et al. 2023, Algorithm 2, https://arxiv.org/abs/2305.14342; Martens 2020, https://jmlr.org/papers/v21/17-678.html
*/
import {inRange, int32Array, integer, object, positive, withDefaults} from './check';
import {defaultSeed} from './config';
import {Device} from './device';
import {argumentError, wrap} from './errors';
import {averageAll, deviceOf, namedNumbers, numbersLike, withNumbers} from './hessian';
import type {AnyNumbers, DiagonalOutcome} from './hessian';
import {mostTensors} from './hutchinson';
import {checkNumbers, sizeOf, type Numbers} from './optimizers/numbers';
import {SophiaG} from './optimizers/sophiag';
import {Tensor, type ElementType} from './tensor';

/** Where random labels come from. */
export interface LabelOptions {
	/** Which step or refresh this is, below 2³²: each draws labels of its own. */
	readonly step: number;
	/** @default 1337 */
	readonly seed?: number;
	/**
	The number of the first row in its batch, where that comes in parts, or of a regression's first number: the parts draw
	what the whole would.

	@default 0
	*/
	readonly first?: number;
}

/** Where sampled classes come from. */
export interface ClassOptions extends LabelOptions {
	/** Columns of the logits. @default the last dimension of a tensor; an array has none */
	readonly classes?: number;
	/** Rows with a negative target get no label, but −1, as padding does. @default every row gets one */
	readonly targets?: Tensor<'i32'> | Int32Array;
}

/** Where sampled numbers come from. */
export interface GaussianOptions extends LabelOptions {
	/** σ, the standard deviation of the noise that the loss ½ (y − f)² / σ² assumes. @default 1 */
	readonly deviation?: number;
}

/** How a gradient at sampled labels goes into an average. */
export interface GnbUpdateOptions {
	/** B: how many predictions the sampled loss is the mean of. 1 where it is the sum over one example. */
	readonly tokens: number;
	/** Decay rate of the average, β₂, in [0, 1). @default 0.99 */
	readonly beta2?: number;
}

const labelDefaults = {step: undefined as number | undefined, seed: defaultSeed, first: 0};

/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
function checkDraw({step, seed, first}: typeof labelDefaults, most: number) {
	return {
		step: integer('step', step, 0, 2 ** 32 - 1),
		seed: integer('seed', seed),
		first: integer('first', first, 0, most),
	};
}

/**
Labels drawn from the softmax of logits, one for each row: every one is a function of the seed, the step, the number of its
row and the row's logits, whatever the device. A logistic output z is the two classes of the logits 0 and z. Actions that a
policy has drawn from its own softmax are such labels already.

@param logits a tensor (…, classes) of `f32` on any device; or an array of rows, with `classes`
@returns the numbers of the columns: a tensor (…) of `i32` where the logits lie; or an array
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`, also for more than 131,072 classes
@example
```
const logits = Float32Array.of(0, 1, 2, 5, 0, 0); // two rows
const labels = gnb.sampleLabels(logits, {classes: 3, step: 10}); // Int32Array of two numbers from 0 to 2
```
*/
function sampleLabels(logits: Tensor, options: ClassOptions): Tensor<'i32'>;
function sampleLabels(logits: Float32Array, options: ClassOptions & {readonly classes: number}): Int32Array;
function sampleLabels(logits: Numbers, options: ClassOptions): Labels {
	const given = withDefaults(object('options', options), classDefaults);
	const draw = checkDraw(given, 2 ** 48);
	const shape = checkNumbers('logits', logits) instanceof Tensor ? (logits as Tensor).shape : [];
	const classes = integer('classes', given.classes ?? shape.at(-1), 1, mostClasses);
	if (shape.length > 0 ? shape.at(-1) !== classes : sizeOf(logits) % classes !== 0) {
		const came = shape.length > 0 ? `of the shape [${shape.join(', ')}]` : `${sizeOf(logits)} numbers`;
		throw argumentError('range', `Expected \`logits\` to be rows of ${classes} columns, got ${came}`);
	}
	const rows = sizeOf(logits) / classes;
	const targets = checkTargets(given.targets, rows);
	const device = deviceOf(logits);
	const labels = logits instanceof Tensor ? device.empty(shape.slice(0, -1), {dtype: 'i32'}) : new Int32Array(rows);
	withNumbers(device, [logits, targets, labels], ([from, counted, to]) =>
		device.native().sampleLabels({
			logits: from,
			targets: counted,
			labels: to,
			rows,
			vocabulary: classes,
			...draw,
		}),
	);
	return labels;
}

type Labels = Tensor<'i32'> | Int32Array;
const mostClasses = 2 ** 17;
const classDefaults = {
	...labelDefaults,
	classes: undefined as number | undefined,
	targets: undefined as Labels | undefined,
};

function checkTargets(targets: Labels | undefined, rows: number): Labels | undefined {
	if (targets === undefined) {
		return undefined;
	}
	const dtype = targets instanceof Tensor ? (targets.dtype as ElementType) : 'i32';
	const size = targets instanceof Tensor ? targets.size : int32Array('targets', targets).length;
	if (dtype !== 'i32' || size !== rows) {
		throw argumentError('range', `Expected \`targets\` to be ${rows} numbers of i32, got ${size} of ${dtype}`);
	}
	return targets;
}

/**
Labels for a regression, drawn from N(f, σ²): f + σ ε. The squared error ½ (y − f)² / σ² is −ln p of that distribution but
for a constant, so that its gradient at such a label is −(ε / σ) ∇f, and E[B ĝ²] is the mean of (∇f)² / σ²: the diagonal of
the Gauss-Newton matrix of the loss. A loss c (y − f)² has σ = 1/√(2c): 1 for ½ (y − f)², 1/√2 for (y − f)². B counts the
numbers that the loss is the mean of; where it is the mean over examples of a sum over outputs, the examples.

@param predictions f: a tensor of `f32` on any device, or an array
@returns labels like the predictions; for a tensor on a GPU they are drawn on the CPU and copied
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
@example
```
const predictions = Float32Array.of(20.5, 18);
const labels = gnb.sampleGaussian(predictions, {step: 10, deviation: 0.5}); // near them, a Float32Array
```
*/
function sampleGaussian(predictions: Tensor, options: GaussianOptions): Tensor;
function sampleGaussian(predictions: Float32Array, options: GaussianOptions): Float32Array;
function sampleGaussian(predictions: Numbers, options: GaussianOptions): Numbers {
	const {deviation, ...given} = withDefaults(object('options', options), {...labelDefaults, deviation: 1});
	const sigma = positive('deviation', deviation);
	const numbers = checkNumbers('predictions', predictions);
	const draw = checkDraw(given, stretch * mostTensors - sizeOf(numbers));
	const means = numbers instanceof Tensor ? numbers.toArray() : numbers;
	const labels = normals(means.length, draw);
	labels.forEach((epsilon, i) => (labels[i] = (means[i] ?? 0) + sigma * epsilon));
	return numbers instanceof Tensor ? numbers.device.from(labels, numbers.shape) : labels;
}

/** Positions in one stream of the normal numbers of labels; the next ones are in the next stream. */
const stretch = 2 ** 20;

/** Normal numbers at `count` positions from `first` on, in the streams that the probes of a model leave. */
function normals(count: number, {seed, step, first}: ReturnType<typeof checkDraw>): Float32Array {
	const all = new Float32Array(count);
	for (let done = 0; done < count;) {
		const at = (first + done) % stretch;
		const number = mostTensors + Math.floor((first + done) / stretch);
		const device = Device.cpu();
		using drawn = device.empty([Math.min(stretch, at + count - done)]);
		wrap(() => device.native().drawProbe({to: drawn.native(), distribution: 'gaussian', seed, step, number}));
		all.set(drawn.data.subarray(at), done);
		done += drawn.size - at;
	}
	return all;
}

/**
Takes a gradient at sampled labels into an average of the caller's own, in place: h ← β₂ h + (1 − β₂) · B ĝ². For a step of
the caller's own; an attached Sophia-G keeps its average itself, and squares the gradient there.

This h has the factor B in it, as the paper's has: divide m by max(ρ h, ε). The authors' code keeps ĝ² without B, and its
step multiplies by ρ · bs: with this h its `bs` is 1, and so are the `tokens` of a `SavedState` that h is put into. A
gradient whose norm was clipped estimates less than the diagonal.

@param hessian h, tensors or arrays; it begins at zero
@param gradient ĝ of the mean loss over B predictions, with the names and sizes of h; it may lie on another device
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
@example
```
const h = {weight: new Float32Array(2)};
gnb.update(h, {weight: Float32Array.of(0.5, -1)}, {tokens: 8, beta2: 0.75}); // h.weight is [0.5, 2]
```
*/
function update(hessian: AnyNumbers, gradient: AnyNumbers, options: GnbUpdateOptions): DiagonalOutcome {
	const {tokens, beta2} = withDefaults(object('options', options), updateDefaults);
	const averaging = {beta2: inRange('beta2', beta2, 0, 1), scale: positive('tokens', tokens), squared: true};
	const targets = namedNumbers('hessian', hessian);
	const gradients = numbersLike('gradient', gradient, targets);
	const parts = Array.from(targets, ([name, numbers]) => ({
		hessian: numbers,
		estimate: gradients(name),
	}));
	return averageAll(parts, averaging);
}

const updateDefaults = {tokens: undefined as number | undefined, beta2: SophiaG.defaults.beta2};

/**
The Gauss-Newton-Bartlett estimate over tensors and arrays of the caller's own.

@example
```
const labels = gnb.sampleLabels(Float32Array.of(0, 1, 2, 5, 0, 0), {classes: 3, step: 10});
```
*/
export const gnb = Object.freeze({
	/** Draws a label for each row of logits. */
	sampleLabels,
	/** Draws a label around each prediction of a regression. */
	sampleGaussian,
	/** Takes a gradient at sampled labels into the average of its squares. */
	update,
});
