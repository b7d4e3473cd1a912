/** One of our optimizers at the variables of a copy of tfjs: what its classes for tfjs have in common. */
import {argumentError} from '../errors';
import {withOptions} from '../optimizers/groups';
import type {Optimizer} from '../optimizers/optimizer';
import type {HessianOutcome, StepOutcome} from '../optimizers/outcome';
import {ratesAt} from '../optimizers/rates';
import {VariableMemory} from './memory';
import {refreshOf, stepOf} from './outcomes';
import {Parts, type Part} from './parts';
import type {TensorFlow, TfNamed, TfNamedTensor, TfTensor, TfVariable} from './tensorflow';

/** Gradients, or estimates of a diagonal, by their variables. */
export type ByVariable = ReadonlyMap<TfVariable, Float32Array>;

/** How many numbers a part moves. */
const sizeOf = ({variables}: Part) => variables.reduce((total, {size}) => total + size, 0);

/** An optimizer at work on variables of tfjs. */
export class Adapter {
	readonly memory: VariableMemory;
	readonly parts: Parts;
	/** What the last step did. */
	stepped: StepOutcome | undefined;
	/** What the last refresh of the Hessian found. */
	refreshed: HessianOutcome | undefined;
	/** The part of the coordinates that the last step or refresh found unclipped. */
	winRate = 0;
	#value: Optimizer;

	/** @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an optimizer that must know how long a run is */
	constructor(
		private readonly tf: TensorFlow,
		value: Optimizer,
	) {
		if (value.scaling().anneal) {
			throw argumentError('range', 'Expected no `anneal`: tfjs does not tell an optimizer how long a run is');
		}
		this.#value = value;
		this.memory = new VariableMemory(tf);
		this.parts = new Parts(this.memory);
	}

	/** The optimizer, with the learning rate that it has now. */
	get value(): Optimizer {
		return this.#value;
	}

	/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
	set learningRate(learningRate: number) {
		const rates = ratesAt(this.#value, learningRate);
		this.#value = withOptions(this.#value, rates);
		for (const {state, groups} of this.parts.all()) {
			for (let group = 0; group < groups; group++) {
				state.setRates(group, rates);
			}
		}
	}

	/** The gradients that are there, as arrays. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
	byVariable(gradients: TfNamed | readonly TfNamedTensor[]): ByVariable {
		const list = isList(gradients) ? gradients : Object.entries(gradients).map(([name, tensor]) => ({name, tensor}));
		const {registeredVariables} = this.tf.engine();
		const found = new Map<TfVariable, Float32Array>();
		for (const {name, tensor} of list as readonly {name: string; tensor: TfTensor | null | undefined}[]) {
			const variable = registeredVariables[name];
			if (variable === undefined || found.has(variable)) {
				throw argumentError('range', `Expected a gradient for each variable, got ${found.size} and \`${name}\``);
			}
			if (tensor !== null && tensor !== undefined) {
				found.set(variable, tensor.dataSync() as Float32Array);
			}
		}
		return found;
	}

	/** A step of these variables; the others stay as they are, with their state. */
	step(gradients: ByVariable): void {
		const found = [...this.parts.of(this.#value, [...gradients.keys()])].map((part) => {
			const outcome = part.state.step(inOrder(part, gradients));
			part.variables.forEach((variable) => this.memory.moved(variable));
			return {size: sizeOf(part), outcome};
		});
		if (found.length > 0) {
			this.stepped = stepOf(found);
			this.winRate = this.stepped.winRate;
		}
	}

	/** Takes an estimate into the average of the Hessian's diagonal: of Sophia-G with the predictions it is the mean of. */
	refresh(estimates: ByVariable, tokens?: number): HessianOutcome {
		const curvature = this.#value.refresh();
		const clip = curvature?.estimator === 'gnb' ? curvature.clip : 0;
		const options = tokens === undefined ? {clip} : {clip, tokens};
		const found = [...this.parts.of(this.#value, [...estimates.keys()])].map((part) => ({
			size: sizeOf(part),
			outcome: part.state.updateHessian(inOrder(part, estimates), options),
		}));
		if (found.length === 0) {
			throw argumentError('range', 'Expected a loss that depends on variables, got one without gradients');
		}
		this.refreshed = refreshOf(found);
		this.winRate = this.refreshed.winRate;
		return this.refreshed;
	}

	dispose(): void {
		this.parts.dispose();
	}
}

function isList(gradients: TfNamed | readonly TfNamedTensor[]): gradients is readonly TfNamedTensor[] {
	return Array.isArray(gradients);
}

const inOrder = ({variables}: Part, numbers: ByVariable) =>
	variables.map((variable) => numbers.get(variable) as Float32Array);
