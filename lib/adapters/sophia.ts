/** Sophia for tfjs: the steps of every optimizer, and refreshes of the Hessian's diagonal. */
import {callable, count, integer, object, withDefaults} from '../check';
import {defaultSeed} from '../config';
import {argumentError} from '../errors';
import type {Curvature} from '../optimizers/optimizer';
import type {HessianOutcome} from '../optimizers/outcome';
import type {SophiaG} from '../optimizers/sophiag';
import type {SophiaH} from '../optimizers/sophiah';
import type {ByVariable} from './adapter';
import {nativeOptimizer, type Kind, type Native, type NativeClass, type NativeOptimizer} from './optimizer';
import type {TensorFlow, TfNamed, TfNamedTensor, TfTensor, TfVariable} from './tensorflow';
import {Watch, type CompiledModel} from './watch';

/** Where random numbers come from. */
export interface SeedOptions {
	/** @default 1337 */
	readonly seed?: number;
}

/** What a refresh looks at. */
export interface RefreshOptions extends SeedOptions {
	/** The variables. @default every trainable variable that the loss depends on, as for `minimize` */
	readonly varList?: readonly TfVariable[] | undefined;
	/** Which refresh this is: each draws numbers of its own. @default `iterations` */
	readonly step?: number;
}

/** What a refresh with a loss at labels of the caller's looks at. */
export interface SampledLossOptions {
	/** B: how many predictions the loss is the mean of. */
	readonly tokens: number;
	/** The variables. @default every trainable variable that the loss depends on, as for `minimize` */
	readonly varList?: readonly TfVariable[];
}

/** What both forms of Sophia have. */
export interface SophiaMembers extends NativeOptimizer {
	/** What the last refresh found; nothing before the first one. */
	readonly lastRefresh: HessianOutcome | undefined;
	/**
	Refreshes the Hessian in every `curvature.every`-th step of a model's training, the first one included: `model.fit`,
	`fitDataset` and `trainOnBatch` need nothing else. A refresh goes through the batch of the step once more, in training
	mode: one more gradient for Sophia-G, two for each probe of Sophia-H.

	It is for one model, which `compile` was given this optimizer for, and ends with the next `compile`.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a model that was not compiled with this optimizer, and
	where Sophia-G knows no distribution for a loss
	*/
	watch(model: CompiledModel, options?: SeedOptions): void;
}

/** What Sophia-G has. */
export interface SophiaGMembers extends SophiaMembers {
	/**
	Takes the squared gradient of a loss at labels that were drawn from the model's own predictions into the average of the
	Hessian's diagonal.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	updateHessian(loss: () => TfTensor, options: SampledLossOptions): HessianOutcome;
	/**
	The same for a classifier: `logits` computes (…, classes) before the softmax, labels are drawn from it, and the loss is
	the mean cross-entropy at these.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	updateHessianFromLogits(logits: () => TfTensor, options?: RefreshOptions): HessianOutcome;
}

/** What Sophia-H has. */
export interface SophiaHMembers extends SophiaMembers {
	/**
	Takes u ⊙ Hu for random vectors u into the average of the Hessian's diagonal. The products are central differences of the
	gradient, because tfjs has no second derivatives that could be relied upon: two gradients for each probe, of a loss that
	must be the same function both times, without dropout.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	updateHessian(loss: () => TfTensor, options?: RefreshOptions): HessianOutcome;
}

/** Intervals between refreshes without one after which a warning is due. */
const patience = 2;

/** What the two forms differ in. */
export interface SophiaKind extends Kind {
	/** Whether the estimate is of a loss at labels drawn from the model. */
	readonly draws: boolean;
	/** A refresh at the loss of a model that is watched. */
	refresh(optimizer: Sophia, watch: Watch, loss: () => TfTensor, varList?: readonly TfVariable[]): void;
}

/** A class of Sophia before its estimate. */
export interface Sophia extends Native, SophiaMembers {
	/** The gradients of a loss. */
	gradientsOf(loss: () => TfTensor, varList?: readonly TfVariable[]): ByVariable;
}

/** What Sophia-G and Sophia-H share: `watch`, and what it does to `minimize`. */
export function sophiaOptimizer(tf: TensorFlow, kind: SophiaKind): NativeClass<Sophia> {
	return class extends nativeOptimizer(tf, kind) implements Sophia {
		#watch: Watch | undefined;

		get lastRefresh(): HessianOutcome | undefined {
			return this.adapter.refreshed;
		}

		watch(model: CompiledModel, options: SeedOptions = {}): void {
			const {seed} = withDefaults(options, {seed: defaultSeed});
			if (object('model', model).optimizer !== this) {
				throw argumentError('range', 'Expected a model that was compiled with this optimizer: call `compile` first');
			}
			if (this.#curvature.fraction !== 1) {
				const {fraction} = this.#curvature;
				throw argumentError(
					'range',
					`Expected \`curvature.fraction\` to be 1 for a model that is watched, got ${fraction}`,
				);
			}
			this.#watch = new Watch(tf, model, kind.draws, integer('seed', seed));
		}

		override minimize(loss: () => TfTensor, returnCost = false, varList?: TfVariable[]): TfTensor | null {
			const {every, timing} = this.#curvature;
			const watch = this.iterations % every === 0 ? this.#watch : undefined;
			const {value, grads} = this.computeGradients(loss, varList);
			if (watch !== undefined && timing === 'before') {
				kind.refresh(this, watch, loss, varList);
			}
			this.applyGradients(grads);
			disposeAll(grads);
			if (watch !== undefined && timing === 'after') {
				kind.refresh(this, watch, loss, varList);
			}
			if (returnCost) {
				return value;
			}
			value.dispose();
			return null;
		}

		override applyGradients(gradients: TfNamed | TfNamedTensor[]): void {
			super.applyGradients(gradients);
			if (this.adapter.refreshed === undefined && this.iterations === patience * this.#curvature.every) {
				const advice = 'Call `watch(model)` after `compile`, or `updateHessian`';
				const message = `${kind.className} made ${this.iterations} steps without a Hessian: each has the momentum's sign`;
				process.emitWarning(`${message}. ${advice}`, {code: 'SOPHIA_NO_HESSIAN'});
			}
		}

		gradientsOf(loss: () => TfTensor, varList?: readonly TfVariable[]): ByVariable {
			const {value, grads} = this.computeGradients(callable('loss', loss), varList && [...varList]);
			value.dispose();
			const arrays = this.adapter.byVariable(grads);
			disposeAll(grads);
			return arrays;
		}

		get #curvature(): Curvature {
			return (this.adapter.value as SophiaG | SophiaH).curvature;
		}
	};
}

/** What a refresh was asked, with its defaults. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function refreshOptions(options: RefreshOptions, iterations: number) {
	const given = withDefaults<RefreshOptions>(options, {seed: defaultSeed, step: iterations, varList: undefined});
	return {draw: {seed: integer('seed', given.seed), step: count('step', given.step, 0)}, varList: given.varList};
}

/** Returns the memory of gradients. */
function disposeAll(gradients: TfNamed): void {
	Object.values(gradients).forEach((tensor) => tensor.dispose());
}
