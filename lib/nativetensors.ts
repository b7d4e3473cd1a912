/** The part of the boundary that is about devices and their tensors; `native/addon/tensors.cpp` defines these names. */
import type {NativeOptimizerPlan, NativeOptimizerState} from './nativeoptimizers';

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

export interface NativeTensors {
	readonly Device: new (choice: NativeDeviceChoice) => NativeDevice;
	/** Of so many bytes; over the caller's array, who keeps it; or at an address, of so many bytes. */
	readonly Memory: new (device: NativeDevice, extent: number | TypedArray, address?: bigint) => NativeMemory;
	readonly Event: new (device: NativeDevice) => NativeEvent;
	readonly Optimizer: new (device: NativeDevice, plan: NativeOptimizerPlan) => NativeOptimizerState;
	/** Takes the memory from the ArrayBuffer over it: what is left of that has the length 0. */
	detach(memory: NativeMemory, buffer: ArrayBuffer): void;
}
