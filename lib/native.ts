/**
The compiled addon, which `binary.ts` loads. The interfaces below are the whole boundary:
`native/addon/addon.cpp` defines exactly these names, and `test/lib/integration/boundary.test.ts` compares the two.

The addon is loaded at its first use and not before, so that argument checks, `--help` and the preparation of text work
on a machine that has no binary for it.
*/
import {loadBinary} from './binary';
import type {NativeOptimizer, NativeOptimizerChoice} from './nativeoptimizers';
import type {NativeTensors} from './nativetensors';
import type {Decay} from './optimizers/optimizer';
import type {ShardFormat} from './shard';

/** What the CPU offers. `isa` is the instruction set chosen, `isas` all that this machine can run, best first. */
export interface CpuInfo {
	/** The instruction set that a model uses unless told otherwise: the best, or `SOPHIA_ISA`. */
	readonly isa: string;
	/** All that this machine and this build have, best first. */
	readonly isas: readonly string[];
	/** Threads used unless told otherwise: the processors this process may use, or `SOPHIA_NUM_THREADS`. */
	readonly threads: number;
}

/** A GPU as CUDA sees it. */
export interface Gpu {
	/** As its maker calls it. */
	readonly name: string;
	/** Compute capability times ten: 90 for 9.0. */
	readonly capability: number;
	/** Bytes of its memory. */
	readonly memory: number;
	/** Whether this build holds code that it can run. */
	readonly usable: boolean;
	/** Why not; empty if it is. */
	readonly reason: string;
}

/** What CUDA offers, and why not when it offers nothing. Versions are CUDA's own numbers, 13000 for 13.0; 0 is none. */
export interface CudaInfo {
	/** Whether this build holds CUDA kernels. */
	readonly compiled: boolean;
	/** Whether they can run on this machine, now. */
	readonly available: boolean;
	/** The GPUs by CUDA's numbers, which `CUDA_VISIBLE_DEVICES` can change. */
	readonly gpus: readonly Gpu[];
	/** `available`, `notCompiled`, `noDriver`, `oldDriver`, `noDevice`, `oldDevice` or `failed`. */
	readonly status: string;
	/** The status in words; empty when CUDA is available. */
	readonly reason: string;
	/** Of the CUDA runtime that was compiled in. */
	readonly runtimeVersion: number;
	/** The newest that the driver knows. */
	readonly driverVersion: number;
}

/** A tensor of a safetensors file. Its numbers lie by rows from `position`, in bytes from the beginning of the file. */
export interface TensorHeader {
	readonly name: string;
	readonly dtype: string;
	readonly shape: readonly number[];
	readonly position: number;
}

/** What a safetensors file says about itself, without its numbers. */
export interface CheckpointHeader {
	readonly metadata: Readonly<Record<string, string>>;
	readonly tensors: readonly TensorHeader[];
}

/** How native code draws `count` tokens, of which `drawn` came before. */
export interface NativeGeneration {
	readonly count: number;
	readonly temperature: number;
	readonly topK: number;
	readonly topP: number;
	readonly seed: number;
	readonly sample: number;
	readonly drawn: number;
	readonly cache: boolean;
}

/** The shape of a model. Every field is required: defaults live in TypeScript alone. */
export interface NativeShape {
	readonly layers: number;
	readonly heads: number;
	readonly width: number;
	readonly context: number;
	readonly vocabulary: number;
	readonly bias: boolean;
	readonly scaleByLayer: boolean;
	readonly gelu: 'tanh' | 'erf';
	readonly dropout: number;
}

/** A shape, and where it is put. */
export interface NativeGpt2Config extends NativeShape {
	/** 0 lets the device choose. */
	readonly threads: number;
	/** Empty for the best this machine runs. */
	readonly isa: string;
	readonly recompute: 'none' | 'cheap' | 'all';
	readonly dtype: 'float32' | 'bfloat16';
	readonly device: 'cpu' | 'cuda';
	/** Its number, on CUDA. */
	readonly gpu: number;
}

/** Sequences, one after the other, `length` tokens each, and how they go through the model. */
export interface NativeExamples {
	readonly tokens: Int32Array;
	/** The token that follows each, or −1 where it does not count. */
	readonly targets: Int32Array;
	readonly length: number;
	/** Sequences in a pass. */
	readonly batch: number;
	readonly dropout: boolean;
	readonly seed: number;
	readonly step: number;
}

/** What a pass finds; vectors are dense, in the order of `parameters()`. */
export interface NativeDerivative {
	readonly vector: Float32Array;
	readonly loss: number;
	readonly slope: number;
	readonly quadratic: number;
}

/** Bytes that a model holds. */
export interface Memory {
	/** The weights, and a copy of them in bfloat16 where the model computes in that. */
	readonly parameters: number;
	/** Their gradient. */
	readonly gradient: number;
	/** What a forward pass keeps for the backward one, and what both work in. */
	readonly activations: number;
	/** The state of the optimizer that a trainer attached. */
	readonly optimizer: number;
	/** What only products need: the direction, the product and the tangents of the activations. */
	readonly curvature: number;
	/** What a step of the optimizer computes with beside its state, as products of whole matrices. */
	readonly workspace: number;
}

export interface NativeMemoryQuery extends NativeOptimizerChoice {
	readonly batch: number;
	readonly length: number;
	readonly dtype: 'float32' | 'bfloat16';
	readonly recompute: 'none' | 'cheap' | 'all';
	/** Sequences of a pass for products; 0 for none. */
	readonly products: number;
}

export interface NativeGpt2 {
	initialize(seed: number): Promise<void>;
	load(path: string): Promise<void>;
	save(path: string): Promise<void>;
	parameters(): {name: string; shape: number[]}[];
	read(name: string): Float32Array;
	write(name: string, values: Float32Array): void;
	/** Mean loss of a token shard, in nats per token. */
	evaluate(
		path: string,
		options: {batch: number; length: number; batches: number; seed: number; format: ShardFormat},
	): Promise<{loss: number; tokens: number}>;
	generate(prompt: Int32Array, options: NativeGeneration): Promise<Int32Array>;
	drawExamples(
		path: string,
		options: {sequences: number; length: number; seed: number; format: ShardFormat},
	): Promise<{tokens: Int32Array; targets: Int32Array}>;
	gradient(examples: NativeExamples): Promise<NativeDerivative>;
	hessianVectorProduct(examples: NativeExamples, direction: Float32Array): Promise<NativeDerivative>;
	gaussNewtonVectorProduct(examples: NativeExamples, direction: Float32Array): Promise<NativeDerivative>;
	hessianDiagonal(
		examples: NativeExamples,
		choice: {estimator: string; distribution: string; probes: number},
	): Promise<{mean: Float32Array; traces: number[]}>;
	drawProbe(distribution: string, seed: number, step: number): Promise<Float32Array>;
	releaseCurvature(): void;
	memory(): Memory;
	dispose(): void;
}

/** Flat but for the rules, every field required. The learning rate and the weight decay are those of rule 0. */
export interface NativeTrainerConfig extends NativeOptimizerChoice {
	readonly learningRate: number;
	readonly weightDecay: number;
	readonly decay: Decay;
	readonly schedule: 'cosine' | 'linear' | 'constant' | 'wsd';
	readonly warmup: number;
	readonly finalRatio: number;
	readonly decaySteps: number;
	readonly warmupForm: '(step+1)/(warmup+1)' | 'step/warmup';
	readonly steps: number;
	readonly batch: number;
	readonly length: number;
	readonly accumulation: number;
	/** 0 does not clip. */
	readonly clip: number;
	/** Steps between two refreshes of the curvature; 0 for an optimizer that has none. */
	readonly every: number;
	readonly timing: 'after' | 'before';
	readonly fraction: number;
	readonly estimator: 'gnb' | 'hutchinson';
	/** 0 does not clip. */
	readonly hessianClip: number;
	readonly positions: 'counted' | 'all';
	readonly distribution: 'gaussian' | 'rademacher';
	readonly probes: number;
	readonly targetWinRate: number;
	readonly anneal: boolean;
	readonly seed: number;
	readonly train: string;
	readonly validation: string;
	/** Of both shards. */
	readonly format: ShardFormat;
	readonly evaluateEvery: number;
	readonly evaluateBatches: number;
	/** Steps between two numbered checkpoints; 0 for none. */
	readonly checkpointEvery: number;
	/** Steps between two writes of `last.safetensors`. */
	readonly saveEvery: number;
	/** Empty writes nothing. */
	readonly directory: string;
	/** Continue from `<directory>/last.safetensors`. */
	readonly resume: boolean;
	readonly divergedAfter: number;
	/** JSON of the run, kept in the checkpoint's `training`. */
	readonly config: string;
}

export interface NativeTrainer {
	/** Calls back with one JSON line per step, the very line written to `<directory>/metrics.jsonl`. */
	run(onReport: (line: string) => void): Promise<void>;
	/** The listener is through with one report; the run stays at most two ahead of it. */
	acknowledge(): void;
	/** Finish the step, write a checkpoint, resolve the run. */
	stop(): void;
	dispose(): void;
}

export interface Native extends NativeTensors {
	/** Of the package that it was built in. */
	readonly version: string;
	readonly errorCodes: readonly string[];
	readonly optimizers: readonly NativeOptimizer[];
	cpu(): CpuInfo;
	cuda(): CudaInfo;
	/** The tensors that a model of this shape has, without the model. */
	parametersOf(shape: NativeShape): {name: string; shape: number[]; kind: 'embedding' | 'matrix' | 'vector'}[];
	/** Bytes of a training's memory, of its activations by what they are of, and of its optimizer's state by slots. */
	requiredMemory(
		shape: NativeShape,
		query: NativeMemoryQuery,
	): Memory & {
		readonly parts: Readonly<Record<string, number>>;
		readonly state: Readonly<Record<string, number>>;
	};
	readCheckpoint(path: string): CheckpointHeader;
	readonly Gpt2: new (config: NativeGpt2Config) => NativeGpt2;
	readonly Trainer: new (model: NativeGpt2, config: NativeTrainerConfig) => NativeTrainer;
}

let loaded: {readonly addon: Native; readonly path: string} | undefined;

/**
The addon. `SOPHIA_NATIVE` names another file to load, such as a build with sanitizers.

@throws SophiaError `ERR_SOPHIA_NO_BINARY` when there is no binary, when the system refuses to load it, or when it is of
another version than the package.
*/
export function native(): Native {
	return load().addon;
}

/** The file that `native` is loaded from. */
export function nativePath(): string {
	return load().path;
}

function load() {
	loaded ??= loadBinary() as {addon: Native; path: string};
	return loaded;
}
