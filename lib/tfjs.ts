/**
Our optimizers for TensorFlow.js, `sophia-native/tfjs`: each function returns a class of optimizers for the caller's own copy
of tfjs, for `minimize`, `model.compile` and `model.fit`. Options and defaults are those of the classes of the same names in
`sophia-native`. Variables of two dimensions and more decay; gains and biases do not.

On the CPU backend of tfjs the variables are moved where they are, natively, without a copy: what `dataSync()` returned
before a step has the new numbers after it. Other backends are read and written once in a step.

They work on the CPU, whatever GPU there is: that is where tfjs' variables are.

@module sophia-native/tfjs
*/
import {classOf, nativeOptimizer, type OptimizerClass} from './adapters/optimizer';
import type {SophiaGMembers, SophiaHMembers} from './adapters/sophia';
import {sophiaGKind, sophiaGOptimizer} from './adapters/sophiag';
import {sophiaHKind, sophiaHOptimizer} from './adapters/sophiah';
import type {TensorFlow} from './adapters/tensorflow';
import {AdamW, type AdamWOptions} from './optimizers/adamw';
import {Lion, type LionOptions} from './optimizers/lion';
import {Sgd, type SgdOptions} from './optimizers/sgd';
import type {SophiaGOptions} from './optimizers/sophiag';
import type {SophiaHOptions} from './optimizers/sophiah';

export type {NativeOptimizer, OptimizerClass} from './adapters/optimizer';
export type {RefreshOptions, SampledLossOptions, SeedOptions} from './adapters/sophia';
export type {SophiaGMembers, SophiaHMembers, SophiaMembers} from './adapters/sophia';
export type {
	TensorFlow,
	TfBackend,
	TfEngine,
	TfGradients,
	TfLosses,
	TfNamed,
	TfNamedTensor,
	TfOptimizer,
	TfOptimizerBase,
	TfSerialization,
	TfTensor,
	TfVariable,
} from './adapters/tensorflow';
export type {CompiledModel} from './adapters/watch';

/** Names that tfjs may get optimizers of have ours in front. */
const adamwKind = {className: 'SophiaAdamW', make: (options: object) => new AdamW(options)};
const lionKind = {className: 'SophiaLion', make: (options: object) => new Lion(options)};
const sgdKind = {className: 'SophiaSgd', make: (options: object) => new Sgd(options)};

/**
Sophia-G, for a copy of tfjs. Its Hessian is refreshed by `watch(model)`, or by the caller with `updateHessian` or
`updateHessianFromLogits`; without one a step has the sign of the momentum.

@param tf `@tensorflow/tfjs`, or `@tensorflow/tfjs-core`
@example
```
const Sophia = sophiaFor(tf);
const optimizer = new Sophia({learningRate: 1e-3});
model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
optimizer.watch(model);
await model.fit(images, labels, {epochs: 5});
```
@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` where it is something else
*/
export function sophiaFor<T extends TensorFlow>(tf: T): OptimizerClass<T, SophiaGOptions, SophiaGMembers> {
	return classOf(tf, sophiaGKind, () => sophiaGOptimizer(tf)) as unknown as ReturnType<typeof sophiaFor<T>>;
}

/**
Sophia-H, for a copy of tfjs: its Hessian-vector products are differences of gradients.

@example
```
const optimizer = new (sophiaHFor(tf))({learningRate: 1e-3});
model.compile({optimizer, loss: 'categoricalCrossentropy'});
optimizer.watch(model);
```
@throws as `sophiaFor`
*/
export function sophiaHFor<T extends TensorFlow>(tf: T): OptimizerClass<T, SophiaHOptions, SophiaHMembers> {
	return classOf(tf, sophiaHKind, () => sophiaHOptimizer(tf)) as unknown as ReturnType<typeof sophiaHFor<T>>;
}

/**
Lion, for a copy of tfjs.

@example
```
model.compile({optimizer: new (lionFor(tf))({learningRate: 1e-4}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function lionFor<T extends TensorFlow>(tf: T): OptimizerClass<T, LionOptions> {
	return classOf(tf, lionKind, () => nativeOptimizer(tf, lionKind)) as unknown as ReturnType<typeof lionFor<T>>;
}

/**
AdamW, for a copy of tfjs.

@example
```
model.compile({optimizer: new (adamwFor(tf))({weightDecay: 0.05}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function adamwFor<T extends TensorFlow>(tf: T): OptimizerClass<T, AdamWOptions> {
	return classOf(tf, adamwKind, () => nativeOptimizer(tf, adamwKind)) as unknown as ReturnType<typeof adamwFor<T>>;
}

/**
SGD with momentum, for a copy of tfjs.

@example
```
model.compile({optimizer: new (sgdFor(tf))({learningRate: 0.05, nesterov: true}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function sgdFor<T extends TensorFlow>(tf: T): OptimizerClass<T, SgdOptions> {
	return classOf(tf, sgdKind, () => nativeOptimizer(tf, sgdKind)) as unknown as ReturnType<typeof sgdFor<T>>;
}
