/**
TensorFlow.js as far as the optimizers for it look at it. The caller brings the library, and may have several copies of it:
its types are described here by their shape, so that any copy of any version that has these members is accepted.
*/

/** A tensor of tfjs. */
export interface TfTensor {
	/** The data, which clones and reshapes of a tensor share. */
	readonly dataId: object;
	/** Sizes, from the slowest to the fastest. */
	readonly shape: number[];
	/** How many elements. */
	readonly size: number;
	/** `float32`, `int32` and the like. */
	readonly dtype: string;
	/** Whether its data was given up. */
	readonly isDisposed: boolean;
	/** Its numbers; on the CPU backend the data itself. */
	dataSync(): ArrayLike<number>;
	/** Its numbers, once the backend has them. */
	data(): Promise<ArrayLike<number>>;
	/** Gives its data up. */
	dispose(): void;
}

/** A variable of tfjs: a tensor whose data can be exchanged. */
export interface TfVariable extends TfTensor {
	/** By which gradients and state are found. */
	readonly name: string;
	/** Whether gradients are taken for it. */
	readonly trainable: boolean;
	/** Takes the data of another tensor of the same shape. */
	assign(value: TfTensor): void;
}

/** Tensors by the names of their variables, as `variableGrads` returns them. */
export type TfNamed = Readonly<Record<string, TfTensor>>;

/** A tensor with the name of its variable. */
export interface TfNamedTensor {
	/** Of the variable. */
	readonly name: string;
	/** Its gradient, or its numbers. */
	readonly tensor: TfTensor;
}

/** What a loss is and what its gradients are. */
export interface TfGradients {
	/** The loss. */
	readonly value: TfTensor;
	/** The gradients, by the names of the variables. */
	readonly grads: TfNamed;
}

/** What every optimizer of tfjs is. */
export interface TfOptimizer {
	/** Steps that were made. */
	readonly iterations: number;
	/** The loss, and its gradients for the variables, or for all that can be trained. */
	computeGradients(loss: () => TfTensor, varList?: TfVariable[]): TfGradients;
	/** A step with these gradients. */
	applyGradients(gradients: TfNamed | TfNamedTensor[]): void;
	/** A step with the gradients of a loss, which is returned if it is asked for. */
	minimize(loss: () => TfTensor, returnCost?: boolean, varList?: TfVariable[]): TfTensor | null;
	/** Its state, as a model is saved with it. */
	getWeights(): Promise<TfNamedTensor[]>;
	/** Goes on from such a state. */
	setWeights(weights: TfNamedTensor[]): Promise<void>;
	/** Gives its state up. */
	dispose(): void;
}

/** What runs the operations of a copy of tfjs. */
export interface TfEngine {
	/** Every variable there is, by name. */
	readonly registeredVariables: Readonly<Record<string, TfVariable>>;
	/** The backend, which counts how many tensors share a tensor's data. */
	readonly backend: TfBackend;
}

/** Where a copy of tfjs keeps its data. */
export interface TfBackend {
	/** How many tensors share the data. */
	refCount(dataId: object): number;
}

/** The losses of a copy of tfjs that are used. */
export interface TfLosses {
	/** Mean cross-entropy of the softmax of logits. */
	softmaxCrossEntropy(labels: never, logits: never): TfTensor;
}

/** How a copy of tfjs finds classes by their names when it loads a model. */
export interface TfSerialization {
	/** Makes a class known by its `className`. */
	registerClass(type: never): unknown;
}

/** The parts of `tf` that are used: those of `@tensorflow/tfjs-core`, which `@tensorflow/tfjs` has as well. */
export interface TensorFlow {
	/** The class that every optimizer extends, and `compile` asks for. */
	readonly Optimizer: TfOptimizerBase;
	/** Where classes are made known. */
	readonly serialization: TfSerialization;
	/** A tensor of these numbers. */
	tensor(values: Float32Array | Int32Array, shape: number[], dtype: 'float32' | 'int32'): TfTensor;
	/** Its losses. */
	readonly losses: TfLosses;
	/** The name of the backend: `cpu`, `wasm`, `webgl`. */
	getBackend(): string;
	/** What runs its operations. */
	engine(): TfEngine;
}

/** The class that every optimizer extends. */
export type TfOptimizerBase = abstract new () => TfOptimizer;
