/** A native addon without arithmetic: it remembers what it is told, and its runs report steps until they are stopped. */
import {setImmediate} from 'node:timers/promises';
import {nativeCodes} from '../../lib/errors';
import type {
	CheckpointHeader,
	Gpu,
	Native,
	NativeExamples,
	NativeGpt2,
	NativeGpt2Config,
	NativeTrainer,
	NativeTrainerConfig,
} from '../../lib/native';
import type {NativeTensors} from '../../lib/nativetensors';
import {version} from '../../lib/version';

const noCuda = {available: false, reason: 'no NVIDIA driver is installed', gpus: [] as readonly Gpu[]};

/** Those of every model, whatever its shape. */
const parameters = (): ReturnType<Native['parametersOf']> => [
	{name: 'wte.weight', shape: [2, 3], kind: 'embedding'},
	{name: 'wpe.weight', shape: [1, 3], kind: 'embedding'},
];

/** What the fake does and what it was told; `reset` before each test. */
export const state = {
	models: [] as FakeGpt2[],
	trainers: [] as FakeTrainer[],
	checkpoint: {metadata: {}, tensors: []} as CheckpointHeader,
	failure: undefined as {code: string; message: string} | undefined,
	cuda: noCuda,
	parameters: parameters(),
};

export function reset(): void {
	state.models = [];
	state.trainers = [];
	state.checkpoint = {metadata: {}, tensors: []};
	state.failure = undefined;
	state.cuda = noCuda;
	state.parameters = parameters();
}

/** Native code throws plain errors with a code, of another realm. */
function fail(): void {
	if (state.failure !== undefined) {
		// eslint-disable-next-line @typescript-eslint/only-throw-error
		throw {name: 'Error', ...state.failure};
	}
}

/** A block of GPT-2 with all of its kinds of tensors, of width 4 and 2 heads over 5 tokens, for `state.parameters`. */
export const gpt2Parameters = (): ReturnType<Native['parametersOf']> => [
	{name: 'wte.weight', shape: [5, 4], kind: 'embedding'},
	{name: 'wpe.weight', shape: [3, 4], kind: 'embedding'},
	{name: 'h.0.ln_1.weight', shape: [4], kind: 'vector'},
	{name: 'h.0.attn.c_attn.weight', shape: [4, 12], kind: 'matrix'},
	{name: 'h.0.attn.c_proj.weight', shape: [4, 4], kind: 'matrix'},
	{name: 'h.0.mlp.c_fc.weight', shape: [4, 16], kind: 'matrix'},
	{name: 'h.0.mlp.c_proj.weight', shape: [16, 4], kind: 'matrix'},
];

export class FakeGpt2 implements NativeGpt2 {
	readonly calls: unknown[][] = [];
	/** Copies of what was written, as the caller may use its memory again. */
	readonly written: Record<string, number[]> = {};
	disposed = false;

	constructor(readonly config: NativeGpt2Config) {
		fail();
		state.models.push(this);
	}

	async initialize(seed: number) {
		await setImmediate();
		fail();
		this.calls.push(['initialize', seed]);
	}

	async load(path: string) {
		await setImmediate();
		fail();
		this.calls.push(['load', path]);
	}

	async save(path: string) {
		await setImmediate();
		fail();
		this.calls.push(['save', path]);
	}

	parameters() {
		return state.parameters;
	}

	read(name: string) {
		this.calls.push(['read', name]);
		return Float32Array.of(1, 2, 3);
	}

	write(name: string, values: Float32Array) {
		fail();
		this.calls.push(['write', name, values]);
		this.written[name] = [...values];
	}

	async evaluate(path: string, options: object) {
		await setImmediate();
		fail();
		this.calls.push(['evaluate', path, options]);
		return {loss: 1.5, tokens: 640};
	}

	async drawExamples(path: string, options: {sequences: number; length: number}) {
		await setImmediate();
		this.calls.push(['drawExamples', path, options]);
		const size = options.sequences * options.length;
		return {tokens: new Int32Array(size).fill(1), targets: new Int32Array(size).fill(2)};
	}

	async gradient(examples: NativeExamples) {
		return this.#derivative('gradient', examples);
	}

	async hessianVectorProduct(examples: NativeExamples, direction: Float32Array) {
		return this.#derivative('hessianVectorProduct', examples, direction);
	}

	async gaussNewtonVectorProduct(examples: NativeExamples, direction: Float32Array) {
		return this.#derivative('gaussNewtonVectorProduct', examples, direction);
	}

	async #derivative(...call: unknown[]) {
		await setImmediate();
		fail();
		this.calls.push(call);
		return {vector: this.#vector(1), loss: 1.5, slope: 0.5, quadratic: 2.5};
	}

	async hessianDiagonal(examples: NativeExamples, choice: {probes: number}) {
		await setImmediate();
		fail();
		this.calls.push(['hessianDiagonal', examples, choice]);
		return {mean: this.#vector(2), traces: Array.from({length: choice.probes}, (_, i) => i + 1)};
	}

	async drawProbe(distribution: string, seed: number, step: number) {
		await setImmediate();
		this.calls.push(['drawProbe', distribution, seed, step]);
		return this.#vector(-1);
	}

	releaseCurvature() {
		this.calls.push(['releaseCurvature']);
	}

	memory() {
		return {parameters: 36, gradient: 0, activations: 0, optimizer: 0, curvature: 0, workspace: 0};
	}

	#vector(value: number) {
		const size = this.parameters().reduce((sum, {shape}) => sum + shape.reduce((a, b) => a * b, 1), 0);
		return new Float32Array(size).fill(value);
	}

	async generate(prompt: Int32Array, options: {count: number}) {
		await setImmediate();
		this.calls.push(['generate', prompt, options]);
		return new Int32Array(options.count).fill(97);
	}

	dispose() {
		this.disposed = true;
	}
}

export class FakeTrainer implements NativeTrainer {
	step = 0;
	stops = 0;
	acknowledged = 0;
	disposed = false;

	constructor(
		readonly model: NativeGpt2,
		readonly config: NativeTrainerConfig,
	) {
		fail();
		state.trainers.push(this);
	}

	async run(onReport: (line: string) => void) {
		this.stops = 0;
		while (this.step < this.config.steps && this.stops === 0) {
			await setImmediate();
			fail();
			this.step++;
			onReport(
				JSON.stringify({step: this.step, loss: 5 / this.step, learningRate: 1e-3, winRate: 0, tokensPerSecond: 9}),
			);
		}
	}

	acknowledge() {
		this.acknowledged++;
	}

	stop() {
		this.stops++;
	}

	dispose() {
		this.disposed = true;
	}
}

// The tests of tensors use the addon itself.
const noTensors = {} as NativeTensors;

const adamFields = ['beta1', 'beta2', 'epsilon'];

export const fake: Native = {
	...noTensors,
	version,
	errorCodes: nativeCodes,
	optimizers: [
		{name: 'adamw', fields: adamFields, slots: ['momentum', 'variance']},
		{name: 'lion', fields: ['beta1', 'beta2'], slots: ['momentum']},
		{name: 'sgd', fields: ['momentum', 'nesterov'], slots: ['momentum']},
		{name: 'sophia-g', fields: ['beta1', 'beta2', 'rho', 'epsilon'], slots: ['momentum', 'hessian']},
		{name: 'sophia', fields: ['beta1', 'beta2', 'gamma', 'epsilon'], slots: ['momentum', 'hessian']},
		{name: 'nadamw', fields: [...adamFields, 'momentumDecay'], slots: ['momentum', 'variance']},
		{name: 'cautious-adamw', fields: [...adamFields, 'normalization'], slots: ['momentum', 'variance']},
		{name: 'cautious-lion', fields: ['beta1', 'beta2', 'normalization'], slots: ['momentum']},
		{
			name: 'mars',
			fields: [...adamFields, 'gamma', 'maxNorm', 'global'],
			slots: ['momentum', 'variance', 'previous'],
		},
		{name: 'adam-mini', fields: adamFields, slots: ['momentum', 'variance']},
		{name: 'rms-momentum', fields: ['beta1', 'epsilon'], slots: ['momentum']},
		{
			name: 'muon',
			fields: ['momentum', 'gradient', 'nesterov', 'steps', 'a', 'b', 'c', 'epsilon', 'scale'],
			slots: ['momentum'],
		},
		{
			name: 'soap',
			fields: [
				...[...adamFields, 'shampooBeta', 'every', 'block', 'largest'],
				...['countsFirst', 'precondition1d', 'basisBefore', 'decayAfter'],
			],
			slots: ['momentum', 'variance', 'left_moment', 'left_basis', 'right_moment', 'right_basis'],
		},
		{
			name: 'kron',
			fields: [
				...['beta1', 'preconditionerRate', 'damping', 'tiny', 'rmsLimit', 'normalize', 'block', 'largest'],
				...['leastProbability', 'probabilityDecay', 'flatStart', 'balanceEvery', 'seed'],
			],
			slots: ['momentum', 'left', 'right'],
		},
	],
	cpu: () => ({isa: 'avx2', isas: ['avx2', 'baseline'], threads: 2}),
	cuda: () => ({compiled: true, status: 'none', runtimeVersion: 13000, driverVersion: 0, ...state.cuda}),
	parametersOf: () => state.parameters,
	requiredMemory(_shape, {optimizer, products}) {
		const {slots = []} = fake.optimizers.find(({name}) => name === optimizer) ?? {};
		return {
			...{parameters: 4000, gradient: 4000, activations: 3_000_000},
			optimizer: 4000 * slots.length,
			curvature: products > 0 ? 1000 * products : 0,
			workspace: optimizer === 'muon' ? 2000 : 0,
			parts: {qkv: 1_000_000, logits: 2_000_000},
			state: Object.fromEntries(slots.map((slot) => [slot, 4000])),
		};
	},
	readCheckpoint() {
		fail();
		return state.checkpoint;
	},
	Gpt2: FakeGpt2,
	Trainer: FakeTrainer,
};

/** The module `lib/native` with the fake behind it, for `jest.mock`. */
export const fakeModule = {native: () => fake, nativePath: () => 'fake.node'};
