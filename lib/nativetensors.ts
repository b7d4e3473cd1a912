/** The part of the boundary that is about devices and their tensors; `native/addon/tensors.cpp` defines these names. */

/** Element types, by their names in safetensors files. */
export type NativeDtype = 'F32' | 'BF16' | 'I32' | 'U16';

/** A run of elements in a device's memory, from `offset` bytes on. */
export interface NativeTensor {
	readonly memory: NativeMemory;
	readonly offset: number;
	readonly count: number;
	readonly dtype: NativeDtype;
}

type TypedArray = Float32Array | Int32Array | Uint16Array;

/** Which device; every field is required. */
export interface NativeDeviceChoice {
	readonly device: 'cpu' | 'cuda';
	/** Empty for the best this machine runs. */
	readonly isa: string;
	/** 0 lets the device choose. */
	readonly threads: number;
	readonly gpu: number;
	/** A stream of the caller's, or 0. */
	readonly stream: bigint;
}

export interface NativeHessianTotals {
	/** 0 where no momentum is known. */
	readonly winRate: number;
	readonly negativeRate: number;
	readonly l1: number;
	readonly l2: number;
	/** Fractions of the coordinates, by the bins of `native/curvature/ratios.h`. */
	readonly ratios: readonly number[];
}

export interface NativeDevice {
	facts(): {name: string; isa: string; threads: number; stream: bigint};
	use(): {used: number; peak: number; limit: number; blocks: number};
	synchronize(): void;
	upload(to: NativeTensor, from: TypedArray): void;
	download(from: NativeTensor, to: TypedArray): void;
	copy(from: NativeTensor, to: NativeTensor): void;
	/** `value` holds one element. */
	fill(to: NativeTensor, value: TypedArray): void;
	sampleLabels(draw: {
		readonly logits: NativeTensor;
		readonly targets: NativeTensor | undefined;
		readonly labels: NativeTensor;
		readonly rows: number;
		readonly vocabulary: number;
		readonly seed: number;
		readonly step: number;
		readonly first: number;
	}): void;
	drawProbe(probe: {
		readonly to: NativeTensor;
		readonly distribution: string;
		readonly seed: number;
		readonly step: number;
		readonly number: number;
	}): void;
	updateHessian(refresh: {
		readonly hessian: NativeTensor;
		readonly estimate: NativeTensor;
		readonly direction: NativeTensor | undefined;
		readonly beta2: number;
		readonly scale: number;
		readonly squared: boolean;
	}): NativeHessianTotals;
	/** `native/device/layers.h` says which tensors each layer has; a tangent makes it compute tangents. */
	run(call: {
		readonly layer: string;
		readonly backward: boolean;
		readonly tensors: Readonly<
			Record<string, {readonly value: NativeTensor; readonly tangent: NativeTensor | undefined}>
		>;
		readonly numbers: Readonly<Record<string, number>>;
	}): void;
	dispose(): void;
}

export interface NativeMemory {
	address(): bigint;
	/** The memory itself, on the CPU. */
	buffer(): ArrayBuffer;
	dispose(): void;
}

export interface NativeEvent {
	passed(): boolean;
	wait(): void;
	waitOn(device: NativeDevice): void;
	millisecondsSince(earlier: NativeEvent): number;
	dispose(): void;
}

/** What an optimizer is attached to. */
export interface NativeOptimizerPlan {
	readonly optimizer: string;
	readonly sets: readonly {
		readonly hyper: Readonly<Record<string, number>>;
		readonly learningRate: number;
		readonly weightDecay: number;
	}[];
	/** Of every tensor: its set, and its numbers. */
	readonly setOf: Int32Array;
	readonly counts: Float64Array;
	/** 0 leaves ρ or γ as it is. */
	readonly targetWinRate: number;
}

export interface NativeStep {
	readonly finite: boolean;
	readonly gradientNorm: number;
	readonly coefficient: number;
	readonly unclipped: number;
	readonly parameterNorm: number;
	readonly momentumNorm: number;
}

export interface NativeRefresh extends NativeHessianTotals {
	readonly finite: boolean;
	readonly gradientNorm: number;
}

type Request<Result> = (...numbers: [first: number, scale: number, clip: number, flag: boolean]) => Result;

export interface NativeOptimizerState {
	/** Floats: the memory of each tensor with its offset and count, or arrays of the caller's, who keeps them. */
	place(tensors: readonly (NativeMemory | Float32Array)[], extents: Float64Array): void;
	placeGradients(gradients: readonly (NativeMemory | Float32Array)[], extents: Float64Array): void;
	setRates(set: number, learningRate: number, weightDecay: number): void;
	/** The factor of the learning rates, the gradient's scale and clip, and whether it is checked to be finite. */
	readonly step: Request<NativeStep>;
	readonly stepAsync: Request<Promise<NativeStep>>;
	/** The tokens, the gradient's scale and clip, and whether the estimate is the gradient's square. */
	readonly updateHessian: Request<NativeRefresh>;
	readonly updateHessianAsync: Request<Promise<NativeRefresh>>;
	read(slot: number, tensor: number, to: Float32Array): void;
	write(slot: number, tensor: number, from: Float32Array): void;
	counters(): {steps: number; tokens: number; scale: number};
	setCounters(steps: number, tokens: number, scale: number): void;
	dispose(): void;
}

export interface NativeTensors {
	readonly Device: new (choice: NativeDeviceChoice) => NativeDevice;
	/** Of so many bytes; over the caller's array, who keeps it; or at an address, of so many bytes. */
	readonly Memory: new (device: NativeDevice, extent: number | TypedArray, address?: bigint) => NativeMemory;
	readonly Event: new (device: NativeDevice) => NativeEvent;
	readonly Optimizer: new (device: NativeDevice, plan: NativeOptimizerPlan) => NativeOptimizerState;
	/** Takes the memory from the ArrayBuffer over it: what is left of that has the length 0. */
	detach(memory: NativeMemory, buffer: ArrayBuffer): void;
}
