/**
TensorFlow.js as far as the optimizers for it look at it. The caller brings the library, and may have several copies of it:
its types are described here by their shape, so that any copy of any version that has these members is accepted.
*/

/** A tensor of tfjs. */
export interface TfTensor {
	/** The data, which clones and reshapes of a tensor share. */
	readonly dataId: object;
	readonly shape: number[];
	readonly size: number;
	readonly dtype: string;
	readonly isDisposed: boolean;
	dataSync(): ArrayLike<number>;
	data(): Promise<ArrayLike<number>>;
	dispose(): void;
}

/** A variable of tfjs: a tensor whose data can be exchanged. */
export interface TfVariable extends TfTensor {
	readonly name: string;
	readonly trainable: boolean;
	assign(value: TfTensor): void;
}

/** Tensors by the names of their variables, as `variableGrads` returns them. */
export type TfNamed = Readonly<Record<string, TfTensor>>;

/** A tensor with the name of its variable. */
export interface TfNamedTensor {
	readonly name: string;
	readonly tensor: TfTensor;
}

/** What every optimizer of tfjs is. */
export interface TfOptimizer {
	readonly iterations: number;
	computeGradients(loss: () => TfTensor, varList?: TfVariable[]): {value: TfTensor; grads: TfNamed};
	applyGradients(gradients: TfNamed | TfNamedTensor[]): void;
	minimize(loss: () => TfTensor, returnCost?: boolean, varList?: TfVariable[]): TfTensor | null;
	getWeights(): Promise<TfNamedTensor[]>;
	setWeights(weights: TfNamedTensor[]): Promise<void>;
	dispose(): void;
}

/** The parts of `tf` that are used: those of `@tensorflow/tfjs-core`, which `@tensorflow/tfjs` has as well. */
export interface TensorFlow {
	readonly Optimizer: abstract new () => TfOptimizer;
	readonly serialization: {registerClass(type: never): unknown};
	tensor(values: Float32Array | Int32Array, shape: number[], dtype: 'float32' | 'int32'): TfTensor;
	readonly losses: {softmaxCrossEntropy(labels: never, logits: never): TfTensor};
	getBackend(): string;
	engine(): {
		readonly registeredVariables: Readonly<Record<string, TfVariable>>;
		readonly backend: {refCount(dataId: object): number};
	};
}
