/** The tensors that an optimizer is attached to, in groups with hyperparameters of their own. */
import {types} from 'node:util';
import {lengthOf} from '../arrays';
import {float32Array, got, list, object} from '../check';
import {argumentError} from '../errors';
import {Tensor} from '../tensor';
import type {Optimizer} from './optimizer';

/** Numbers that an optimizer reads or moves: a tensor of `f32`, or an array of the caller's, which it uses in place. */
export type Numbers = Tensor | Float32Array;

/** Tensors by name, or in an order; their names are then `0`, `1` and so on. */
export type NamedNumbers = Readonly<Record<string, Numbers>> | readonly Numbers[];

/**
Tensors with hyperparameters of their own: every option of the optimizer may stand here over what the optimizer has, but
for those about the model and the trainer (`decay`, `curvature`, `targetWinRate`, `anneal`, `form`).
*/
export interface ParameterGroup {
	/** Its tensors: a name may stand in one group only. */
	readonly params: NamedNumbers;
	/** η of these tensors. @default the optimizer's */
	readonly learningRate?: number;
	/** λ of these tensors: give 0 to those that do not decay, as gains and biases. @default the optimizer's */
	readonly weightDecay?: number;
	/** β₁, ρ and the like, by the names of the optimizer's options. @default the optimizer's */
	readonly [option: string]: unknown;
}

/** A tensor of a group. */
export interface NamedTensor {
	readonly name: string;
	readonly numbers: Numbers;
	/** The number of its group. */
	readonly set: number;
}

/**
Tensors by name or in an order, and neither one alone nor a Map, whose keys nobody would see.

@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT`
*/
export function several(noun: string, value: unknown): NamedNumbers {
	expectNamed(noun, value as NamedNumbers);
	const array = Array.isArray(value);
	if (!array && typeof value === 'object' && value !== null && Symbol.iterator in value) {
		throw argumentError('type', `Expected \`${noun}\` to be an object of tensors, or an array of them, ${got(value)}`);
	}
	return (array ? value : object(noun, value)) as NamedNumbers;
}

/** Groups, or the one group of tensors that have no hyperparameters of their own. */
export function groupsOf(params: NamedNumbers | readonly ParameterGroup[]): readonly ParameterGroup[] {
	const grouped =
		Array.isArray(params) && params.some((each) => typeof (each as ParameterGroup | null)?.params === 'object');
	return grouped ? (params as readonly ParameterGroup[]) : [{params: params as NamedNumbers}];
}

const ofAll: readonly string[] = ['name', 'decay', 'curvature', 'targetWinRate', 'anneal', 'form'];

/** The optimizer as a group has it. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
function ofGroup(optimizer: Optimizer, group: ParameterGroup): Optimizer {
	const own = Object.entries(group).filter(([key, value]) => key !== 'params' && value !== undefined);
	const wrong = own.find(([key]) => ofAll.includes(key));
	if (wrong !== undefined) {
		throw argumentError(
			'type',
			`Expected \`${wrong[0]}\` to be one for all groups: it is an option of the optimizer alone`,
		);
	}
	const all = Object.entries(optimizer.toJSON()).filter(([key]) => key !== 'name');
	return new (optimizer.constructor as new (given: object) => Optimizer)(Object.fromEntries([...all, ...own]));
}

/** Whether it is a tensor of floats, or an array. */
export function isNumbers(value: unknown): value is Numbers {
	return value instanceof Tensor ? value.dtype === 'f32' : types.isFloat32Array(value);
}

/** A tensor of floats, or an array. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkNumbers(name: string, value: unknown): Numbers {
	if (!(value instanceof Tensor)) {
		return float32Array(name, value);
	}
	if (value.dtype !== 'f32') {
		throw argumentError('range', `Expected \`${name}\` to hold f32, got ${value.dtype}`);
	}
	return value;
}

/** Whether it is one tensor, of whatever dtype, or an array, and not a list of them. */
export function isOne(given: Numbers | NamedNumbers): given is Numbers {
	return given instanceof Tensor || types.isFloat32Array(given);
}

/** @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` for a tensor alone, whose numbers or properties would be taken for tensors */
export function expectNamed(noun: string, given: NamedNumbers): void {
	if (isOne(given)) {
		throw argumentError('type', `Expected \`${noun}\` by name or in a list, got one alone: put it in a list`);
	}
}

/** How many numbers. */
export function sizeOf(numbers: Numbers): number {
	return numbers instanceof Tensor ? numbers.size : lengthOf(numbers);
}

/**
The groups as one list of tensors, and the numbers of each group.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option that is out of bounds or unknown, for a name that
stands twice or a tensor that does, for what is neither a tensor nor a Float32Array, and where there is none
*/
export function flatten(optimizer: Optimizer, groups: readonly ParameterGroup[]) {
	const tensors: NamedTensor[] = [];
	const names = new Set<string>();
	const known = new Map<Numbers, string>();
	const sets = Array.from(list('groups', groups), (given, set) => {
		const group = object('group', given) as unknown as ParameterGroup;
		const named = !Array.isArray(group.params);
		for (const [key, given] of Object.entries(several('params', group.params))) {
			const name = named ? key : String(tensors.length);
			if (names.has(name)) {
				throw argumentError('range', `Expected a name for each tensor, got \`${name}\` twice`);
			}
			const numbers = checkNumbers(`params.${key}`, given);
			const twin = known.get(numbers);
			if (twin !== undefined) {
				throw argumentError('range', `Expected each tensor once, got \`${name}\`, which is \`${twin}\``);
			}
			names.add(name);
			known.set(numbers, name);
			tensors.push({name, numbers, set});
		}
		const own = ofGroup(optimizer, group);
		return {learningRate: own.learningRate, weightDecay: own.weightDecay, hyper: own.hyper()};
	});
	if (tensors.length === 0) {
		throw argumentError('range', 'Expected at least one tensor to attach to, got none');
	}
	return {sets, tensors};
}
