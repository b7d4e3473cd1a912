/** Our optimizers as subclasses of `tf.Optimizer`, for each copy of tfjs that a caller has. */
import {object} from '../check';
import {argumentError} from '../errors';
import type {Optimizer} from '../optimizers/optimizer';
import type {StepOutcome} from '../optimizers/outcome';
import {Adapter} from './adapter';
import type {TensorFlow, TfNamed, TfNamedTensor, TfOptimizer} from './tensorflow';
import {fromTensors, slotsOf, toTensors} from './weights';

/** What every optimizer of this package has beside the members of `tf.Optimizer`. */
export interface NativeOptimizer {
	/** Peak learning rate, η; it may be set between steps. */
	learningRate: number;
	/** What the last step did; nothing before the first one. */
	readonly lastStep: StepOutcome | undefined;
	/** The part of the coordinates that the last step or refresh found unclipped; 0 for those that do not clip. */
	readonly winRate: number;
	/** Returns the memory of the state. */
	[Symbol.dispose](): void;
}

/** A class whose objects `minimize`, `applyGradients` and `model.compile` take. */
export interface OptimizerClass<T extends TensorFlow, Options, Members = NativeOptimizer> {
	new (options?: Options): InstanceType<T['Optimizer']> & Members;
	/** The name that saved models have it by. */
	readonly className: string;
	/** The optimizer that `getConfig` described. */
	fromConfig(type: object, config: object): InstanceType<T['Optimizer']> & Members;
}

/** The members of `tf.Optimizer` that are for subclasses. */
export interface Base extends TfOptimizer {
	incrementIterations(): void;
	saveIterations(): Promise<TfNamedTensor>;
	extractIterations(weights: readonly TfNamedTensor[]): Promise<TfNamedTensor[]>;
}

/** How a class is called, and the optimizer that its options make. */
export interface Kind {
	readonly className: string;
	make(options: object): Optimizer;
}

/** What a class of this package looks like from within it. */
export interface Native extends Base, NativeOptimizer {
	/** The optimizer at work. */
	readonly adapter: Adapter;
}

/** Such a class. */
export type NativeClass<Self extends Native = Native> = (new (options?: object) => Self) & {readonly className: string};

/** A class of a kind for a copy of tfjs. */
export function nativeOptimizer(tf: TensorFlow, kind: Kind): NativeClass {
	const Parent = tf.Optimizer as unknown as new () => Base;

	return class extends Parent implements Native {
		static readonly className = kind.className;

		static fromConfig(type: new (options: object) => object, config: object): object {
			return new type(without('customObjects', config)); // which tfjs adds
		}

		readonly #adapter: Adapter;
		/** What `getWeights` gave. tfjs never disposes of it, because its own optimizers hand out their variables. */
		#handed: TfNamedTensor[] = [];

		constructor(options: object = {}) {
			super();
			this.#adapter = new Adapter(tf, kind.make(options));
		}

		get adapter(): Adapter {
			return this.#adapter;
		}

		get learningRate(): number {
			return this.#adapter.value.learningRate;
		}

		set learningRate(value: number) {
			this.#adapter.learningRate = value;
		}

		get lastStep(): StepOutcome | undefined {
			return this.#adapter.stepped;
		}

		get winRate(): number {
			return this.#adapter.winRate;
		}

		override applyGradients(gradients: TfNamed | TfNamedTensor[]): void {
			this.#takeBack();
			this.#adapter.step(this.#adapter.byVariable(gradients));
			this.incrementIterations();
		}

		getConfig(): object {
			const all = JSON.parse(JSON.stringify(this.#adapter.value)) as object; // tfjs knows no undefined
			return without('name', all);
		}

		override async getWeights(): Promise<TfNamedTensor[]> {
			this.#takeBack();
			const iterations = await this.saveIterations();
			this.#handed = [iterations, ...toTensors(tf, this.#adapter.parts.save())];
			return [...this.#handed];
		}

		override async setWeights(weights: readonly TfNamedTensor[]): Promise<void> {
			const memories = await fromTensors(weights.slice(1), slotsOf(this.#adapter.value));
			await this.extractIterations(weights);
			this.#adapter.parts.load(memories);
		}

		override dispose(): void {
			this.#takeBack();
			this.#adapter.dispose();
		}

		[Symbol.dispose](): void {
			this.dispose();
		}

		#takeBack(): void {
			this.#handed.forEach(({tensor}) => tensor.dispose());
			this.#handed = [];
		}
	};
}

/** An object but for one key. */
function without(key: string, object: object): object {
	return Object.fromEntries(Object.entries(object).filter(([each]) => each !== key));
}

const classes = new WeakMap<object, Map<string, unknown>>();

/** The one class of that name for a copy of tfjs, registered there so that saved models find it. */
export function classOf<Self extends Native>(
	tf: TensorFlow,
	kind: Kind,
	build: () => NativeClass<Self>,
): NativeClass<Self> {
	const {Optimizer, serialization} = object('tf', tf) as unknown as TensorFlow;
	if (typeof Optimizer !== 'function' || typeof serialization !== 'object') {
		throw argumentError('type', 'Expected `tf` to be TensorFlow.js, `@tensorflow/tfjs-core` or `@tensorflow/tfjs`');
	}
	const known = classes.get(Optimizer) ?? new Map<string, unknown>();
	classes.set(Optimizer, known);
	if (!known.has(kind.className)) {
		const made = build();
		Object.defineProperty(made, 'name', {value: kind.className});
		serialization.registerClass(made as never);
		known.set(kind.className, made);
	}
	return known.get(kind.className) as NativeClass<Self>;
}
