/** An optimizer attached to tensors: its state lies in native memory, and one call moves all of them. */
import {boolean, instance, nonNegative, positive, withDefaults} from '../check';
import {Device} from '../device';
import {argumentError, SophiaError, wrap, wrapAsync} from '../errors';
import {native} from '../native';
import type {NativeOptimizerState, NativeRefresh, NativeStep} from '../nativeoptimizers';
import {Tensor} from '../tensor';
import {flatten, planOf, type ParameterGroup} from './groups';
import {Kept} from './kept';
import {read, sizeOf, type GradientNumbers, type NamedGradients, type NamedNumbers} from './numbers';
import type {Optimizer} from './optimizer';
import {hessianDefaults, outcomeOf, refreshOf, stepDefaults} from './outcome';
import type {HessianOptions, HessianOutcome, StepOptions, StepOutcome} from './outcome';
import {Placed} from './placed';
import {Rates, type GroupRates} from './rates';
import {checkSaved, readState, saveState, stateVersion, type SavedState} from './saved';
import {rowOf, type RoutingRow} from './table';

/**
An optimizer attached to tensors: `optimizer.attach(groups)` makes one. It owns the optimizer's state (momentum, Hessian),
in the memory of the tensors' device, and moves the tensors where they are.

@example
```
const state = new SophiaG({rho: 0.05}).attach({weight, bias});
state.step({weight: weightGradient, bias: biasGradient}, {clip: 1});
```
@throws SophiaError `ERR_SOPHIA_DISPOSED` from every method once it was disposed of, `ERR_SOPHIA_BUSY` while a call of
another thread is under way.
*/
export class OptimizerState {
	/** What moves the tensors. */
	readonly optimizer: Optimizer;
	/** Where they are moved. */
	readonly device: Device;
	/** The names of the tensors, in the order in which gradients are given. */
	readonly names: readonly string[];
	/** What moves which tensor, and how much is kept of it: `console.table(state.routing)` prints it. */
	readonly routing: readonly RoutingRow[];
	/** Bytes of its state, for each number that is optimized: 8 for a momentum and a Hessian. */
	readonly bytesPerParameter: number;
	/** Bytes that a step computes with beside the state, as products of whole matrices; 0 where it needs none. */
	readonly workspace: number;
	readonly #native: NativeOptimizerState;
	readonly #kept: Kept;
	readonly #parameters: Placed;
	readonly #gradients: Placed;
	readonly #rates: Rates;
	/** What other threads work on: it stays, whoever forgets it meanwhile. */
	readonly #underWay = new Set<readonly GradientNumbers[]>();
	#winRate = 0;
	#disposed = false;

	/** @internal */
	constructor(optimizer: Optimizer, groups: readonly ParameterGroup[], device?: Device) {
		const attachment = flatten(optimizer, groups);
		const {tensors} = attachment;
		if (optimizer.scaling().anneal) {
			throw argumentError('range', 'Expected no `anneal`, which needs the length of a run: move `scale` instead');
		}
		const [first] = tensors.map(({numbers}) => numbers).filter((numbers) => numbers instanceof Tensor);
		this.optimizer = optimizer;
		const given = device === undefined ? undefined : instance('device', device, Device, 'a Device');
		this.device = given ?? first?.device ?? Device.cpu();
		this.names = Object.freeze(tensors.map(({name}) => name));
		const sizes = tensors.map(({numbers}) => sizeOf(numbers));
		this.#rates = new Rates(optimizer, attachment);
		const plan = planOf(optimizer, attachment);
		this.#native = wrap(() => new (native().Optimizer)(this.device.native(), plan));
		this.#kept = new Kept(this.#native, this.names);
		this.routing = Object.freeze(tensors.map(({tensor, route}, i) => rowOf(tensor, route, this.#kept.countOf(i))));
		this.bytesPerParameter = this.#native.stateBytes() / sizes.reduce((sum, size) => sum + size, 0);
		this.workspace = this.#native.workspace();
		const wanted = {device: this.device, names: this.names, sizes};
		this.#parameters = new Placed('params', wanted, (...list) => this.#native.place(...list));
		this.#gradients = new Placed('gradients', wanted, (...list) => this.#native.placeGradients(...list), read);
		try {
			this.bind(tensors.map(({numbers}) => numbers));
		} catch (error) {
			this.dispose();
			throw error;
		}
	}

	/**
	Goes on with other memory of the same sizes, as when a trainer has moved its weights.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	bind(params: NamedNumbers): void {
		const list = this.#parameters.inOrder(params);
		if (!this.device.isCpu && list.some((numbers) => !(numbers instanceof Tensor))) {
			throw argumentError('type', `Expected \`params\` on \`${this.device.name}\`, which cannot reach arrays`);
		}
		this.#here();
		this.#parameters.place(list);
	}

	/**
	One step of all tensors.

	@param gradients of every tensor, by name or in the order of `names`; arrays are read in place, and tensors may hold
	`bf16`
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	step(gradients: NamedGradients, options: StepOptions = {}): StepOutcome {
		const request = this.#stepRequest(gradients, options);
		return this.#stepped(wrap(() => this.#native.step(...request)));
	}

	/**
	The same on a thread of its own, after those that were begun before. All tensors must lie where nobody can take the
	memory away meanwhile: in the device's memory (`device.from`), or in a `SharedArrayBuffer`. Until the promise is
	settled, `step` and the like are refused with `ERR_SOPHIA_BUSY`.

	@throws as `step`, but the promise is rejected
	*/
	async stepAsync(gradients: NamedGradients, options: StepOptions = {}): Promise<StepOutcome> {
		const begin = () => this.#native.stepAsync(...this.#stepRequest(gradients, options, true));
		return this.#stepped(await this.#apart(begin));
	}

	/**
	Takes a new estimate of the Hessian's diagonal into its moving average: Sophia-G the gradient at labels drawn from the
	model (`gnb.sampleLabels`), which is squared here, and Sophia-H the estimate u ⊙ Hu itself (`hutchinson.estimate`).

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`, also for an optimizer that keeps no Hessian, for Sophia-G
	without `tokens` and for Sophia-H with them
	*/
	updateHessian(estimate: NamedGradients, options: HessianOptions = {}): HessianOutcome {
		const request = this.#refreshRequest(estimate, options);
		return this.#refreshed(wrap(() => this.#native.updateHessian(...request)));
	}

	/** The same on a thread of its own: see `stepAsync`. */
	async updateHessianAsync(estimate: NamedGradients, options: HessianOptions = {}): Promise<HessianOutcome> {
		const begin = () => this.#native.updateHessianAsync(...this.#refreshRequest(estimate, options, true));
		return this.#refreshed(await this.#apart(begin));
	}

	/** The part of the coordinates that the last step or refresh found unclipped; 0 at first. */
	get winRate(): number {
		return this.#winRate;
	}

	/** Steps that were made. */
	get steps(): number {
		return this.#counters().steps;
	}

	/** What ρ or γ is multiplied by: 1, until `targetWinRate` or the caller moves it. */
	get scale(): number {
		return this.#counters().scale;
	}

	/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` unless it is positive and finite */
	set scale(value: number) {
		const {steps, tokens} = this.#counters();
		this.#here();
		wrap(() => this.#native.setCounters(steps, tokens, positive('scale', value)));
	}

	/**
	Gives a group another learning rate or weight decay, of a rule beside the optimizer's own too: `{adamw: {learningRate}}`.

	@param group its number, from 0 on
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	setRates(group: number, rates: GroupRates): void {
		const change = this.#rates.change(group, rates);
		this.#here();
		change.sets.forEach(({learningRate, weightDecay}, set) => {
			wrap(() => this.#native.setRates(set, learningRate, weightDecay));
		});
		change.keep();
	}

	/** Everything it remembers. */
	state(): SavedState {
		const counters = this.#counters();
		const tensors = this.#kept.read();
		return {version: stateVersion, optimizer: this.optimizer.toJSON(), ...counters, tensors};
	}

	/**
	Goes on from a state that was saved; the tensors are found by their names, in whatever order and groups. Nothing changes
	unless all of it fits.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` where it is that of other tensors or another optimizer, or
	where a tensor was moved by another rule
	*/
	load(saved: SavedState): void {
		const {counters, values} = checkSaved(saved, {
			name: this.optimizer.name,
			names: this.names,
			entries: this.#kept.entries,
		});
		this.#here();
		wrap(() => this.#native.setCounters(...counters));
		this.#kept.write(values);
	}

	/** Writes its state to a safetensors file, which is whole or not there. @throws SophiaError `ERR_SOPHIA_IO` */
	async save(path: string): Promise<void> {
		await saveState(path, this.state());
	}

	/** Goes on from such a file. @throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT`; RangeError as `load` */
	async restore(path: string): Promise<void> {
		this.load(await readState(path));
	}

	/** Returns its memory. The tensors are the caller's. */
	dispose(): void {
		this.#disposed = true;
		this.#gradients.dispose();
		this.#parameters.dispose();
		this.#native.dispose();
	}

	/** As `dispose`: `using` calls it at the end of its block. */
	[Symbol.dispose](): void {
		this.dispose();
	}

	#stepRequest(gradients: NamedGradients, options: StepOptions, apart = false) {
		const {factor, scale, clip, checked} = withDefaults(options, stepDefaults);
		const numbers = [nonNegative('factor', factor), positive('scale', scale), nonNegative('clip', clip)] as const;
		this.#place(gradients, apart);
		return [...numbers, boolean('checked', checked)] as const;
	}

	#refreshRequest(estimate: NamedGradients, options: HessianOptions, apart = false) {
		const refresh = this.optimizer.refresh();
		if (refresh === undefined) {
			throw argumentError('range', `Expected an optimizer that keeps a Hessian, got \`${this.optimizer.name}\``);
		}
		const {tokens, scale, clip} = withDefaults(options, hessianDefaults);
		const squared = refresh.estimator === 'gnb';
		if (squared !== (tokens !== undefined)) {
			const wanted = squared ? '`tokens`, how many predictions the sampled loss is the mean of' : 'no `tokens`';
			throw argumentError('type', `Expected ${wanted}: it is a factor of the Hessian of \`sophia-g\` alone`);
		}
		const numbers = [positive('tokens', tokens ?? 1), positive('scale', scale), nonNegative('clip', clip)] as const;
		this.#place(estimate, apart);
		return [...numbers, squared] as const;
	}

	#place(gradients: NamedGradients, apart: boolean): void {
		const list = this.#gradients.inOrder(gradients);
		this.#here(apart);
		this.#parameters.place(undefined, apart);
		this.#gradients.place(list, apart);
	}

	/** A call on a thread of its own, in its turn. */
	#apart<Found>(begin: () => Promise<Found>): Promise<Found> {
		return this.device.queue(async () => {
			const call = wrapAsync(begin);
			const tensors = [...this.#parameters.last, ...this.#gradients.last];
			this.#underWay.add(tensors);
			try {
				return await call;
			} finally {
				this.#underWay.delete(tensors);
			}
		});
	}

	#here(apart = false): void {
		if (this.#disposed) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The state of the optimizer was disposed');
		}
		if (!apart) {
			this.device.expectIdle();
		}
	}

	#counters() {
		return wrap(() => this.#native.counters());
	}

	#stepped(found: NativeStep): StepOutcome {
		const outcome = outcomeOf(found);
		this.#winRate = outcome.skipped ? this.#winRate : outcome.winRate;
		return outcome;
	}

	#refreshed(found: NativeRefresh): HessianOutcome {
		const outcome = refreshOf(found);
		this.#winRate = outcome.skipped ? this.#winRate : outcome.winRate;
		return outcome;
	}
}
