/**
Our optimizers for TensorFlow.js, `sophia-native/tfjs`: each function returns a class of optimizers for the caller's own copy
of tfjs, for `minimize`, `model.compile` and `model.fit`. Options and defaults are those of the classes of the same names in
`sophia-native`. Variables of two dimensions and more decay; gains and biases do not. Optimizers of matrices take the kernels of
layers for them, whose outputs are the last dimension, and `embeddings` for tables.

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
import {AdamMini, type AdamMiniOptions} from './optimizers/adammini';
import {AdamW, type AdamWOptions} from './optimizers/adamw';
import {CautiousAdamW, type CautiousAdamWOptions} from './optimizers/cautiousadamw';
import {CautiousLion, type CautiousLionOptions} from './optimizers/cautiouslion';
import {Kron, type KronOptions} from './optimizers/kron';
import {Lion, type LionOptions} from './optimizers/lion';
import {Mars, type MarsOptions} from './optimizers/mars';
import {Muon, type MuonOptions} from './optimizers/muon';
import {NAdamW, type NAdamWOptions} from './optimizers/nadamw';
import {Scion, type ScionOptions} from './optimizers/scion';
import {Sgd, type SgdOptions} from './optimizers/sgd';
import {Soap, type SoapOptions} from './optimizers/soap';
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
const nadamwKind = {className: 'SophiaNAdamW', make: (options: object) => new NAdamW(options)};
const cautiousAdamwKind = {className: 'SophiaCautiousAdamW', make: (options: object) => new CautiousAdamW(options)};
const cautiousLionKind = {className: 'SophiaCautiousLion', make: (options: object) => new CautiousLion(options)};
const marsKind = {className: 'SophiaMars', make: (options: object) => new Mars(options)};
const adamMiniKind = {className: 'SophiaAdamMini', make: (options: object) => new AdamMini(options)};
const muonKind = {className: 'SophiaMuon', make: (options: object) => new Muon(options)};
const scionKind = {className: 'SophiaScion', make: (options: object) => new Scion(options)};
const soapKind = {className: 'SophiaSoap', make: (options: object) => new Soap(options)};
const kronKind = {className: 'SophiaKron', make: (options: object) => new Kron(options)};

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

/**
AdamW with Nesterov's momentum, for a copy of tfjs.

@example
```
model.compile({optimizer: new (nadamwFor(tf))({learningRate: 1e-3}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function nadamwFor<T extends TensorFlow>(tf: T): OptimizerClass<T, NAdamWOptions> {
	return classOf(tf, nadamwKind, () => nativeOptimizer(tf, nadamwKind)) as unknown as ReturnType<typeof nadamwFor<T>>;
}

/**
AdamW without what goes against the gradient, for a copy of tfjs.

@example
```
model.compile({optimizer: new (cautiousAdamwFor(tf))({learningRate: 1e-3}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function cautiousAdamwFor<T extends TensorFlow>(tf: T): OptimizerClass<T, CautiousAdamWOptions> {
	return classOf(tf, cautiousAdamwKind, () => nativeOptimizer(tf, cautiousAdamwKind)) as unknown as ReturnType<
		typeof cautiousAdamwFor<T>
	>;
}

/**
Lion without what goes against the gradient, for a copy of tfjs.

@example
```
model.compile({optimizer: new (cautiousLionFor(tf))({learningRate: 1e-4}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function cautiousLionFor<T extends TensorFlow>(tf: T): OptimizerClass<T, CautiousLionOptions> {
	return classOf(tf, cautiousLionKind, () => nativeOptimizer(tf, cautiousLionKind)) as unknown as ReturnType<
		typeof cautiousLionFor<T>
	>;
}

/**
MARS, for a copy of tfjs; it moves matrices, and AdamW gains and biases.

@example
```
model.compile({optimizer: new (marsFor(tf))({learningRate: 3e-3}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function marsFor<T extends TensorFlow>(tf: T): OptimizerClass<T, MarsOptions> {
	return classOf(tf, marsKind, () => nativeOptimizer(tf, marsKind)) as unknown as ReturnType<typeof marsFor<T>>;
}

/**
Adam-mini, for a copy of tfjs: a second moment for each output of a kernel, and each row of an embedding.

@example
```
model.compile({optimizer: new (adamMiniFor(tf))({learningRate: 1e-3}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function adamMiniFor<T extends TensorFlow>(tf: T): OptimizerClass<T, AdamMiniOptions> {
	return classOf(tf, adamMiniKind, () => nativeOptimizer(tf, adamMiniKind)) as unknown as ReturnType<
		typeof adamMiniFor<T>
	>;
}

/**
Muon, for a copy of tfjs: it moves kernels, and AdamW embeddings, gains and biases. The kernel of the last layer is one like
others here.

@example
```
model.compile({optimizer: new (muonFor(tf))({learningRate: 0.02, adamw: {learningRate: 1e-3}}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function muonFor<T extends TensorFlow>(tf: T): OptimizerClass<T, MuonOptions> {
	return classOf(tf, muonKind, () => nativeOptimizer(tf, muonKind)) as unknown as ReturnType<typeof muonFor<T>>;
}

/**
Scion, for a copy of tfjs: it moves kernels by about orthogonal steps, and everything else by signs.

@example
```
model.compile({optimizer: new (scionFor(tf))({form: 'study', learningRate: 0.01}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function scionFor<T extends TensorFlow>(tf: T): OptimizerClass<T, ScionOptions> {
	return classOf(tf, scionKind, () => nativeOptimizer(tf, scionKind)) as unknown as ReturnType<typeof scionFor<T>>;
}

/**
SOAP, for a copy of tfjs. Its first step changes nothing but its bases.

@example
```
model.compile({optimizer: new (soapFor(tf))({learningRate: 3e-3}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function soapFor<T extends TensorFlow>(tf: T): OptimizerClass<T, SoapOptions> {
	return classOf(tf, soapKind, () => nativeOptimizer(tf, soapKind)) as unknown as ReturnType<typeof soapFor<T>>;
}

/**
PSGD Kron, for a copy of tfjs.

@example
```
model.compile({optimizer: new (kronFor(tf))({learningRate: 1e-3, weightDecay: 0.01}), loss: 'categoricalCrossentropy'});
```
@throws as `sophiaFor`
*/
export function kronFor<T extends TensorFlow>(tf: T): OptimizerClass<T, KronOptions> {
	return classOf(tf, kronKind, () => nativeOptimizer(tf, kronKind)) as unknown as ReturnType<typeof kronFor<T>>;
}
