/** The tensors that an optimizer is attached to, in groups with hyperparameters of their own. */
import {list, object} from '../check';
import {argumentError} from '../errors';
import {merge} from '../merge';
import type {NativeOptimizerPlan} from '../nativeoptimizers';
import {checkNumbers, several, sizeOf, type NamedNumbers, type Numbers} from './numbers';
import type {Optimizer} from './optimizer';
import {nativeDivision, nativeSet, ruleKey, type RoutedTensor, type Route, type Rule} from './routing';
import {describe, shapeKeys, type GroupShape, type Member} from './shapes';

/**
Tensors with hyperparameters of their own: every option of the optimizer may stand here over what the optimizer has, but
for those about the model and the trainer (`decay`, `curvature`, `targetWinRate`, `anneal`, `form`).
*/
export interface ParameterGroup extends GroupShape {
	/** Its tensors: a name may stand in one group only. */
	readonly params: NamedNumbers;
	/**
	η of those of these tensors that the optimizer's own rule moves; a rule beside it, as Muon's AdamW for vectors, has one
	of its own (`adamw: {learningRate}`).

	@default the optimizer's
	*/
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
	/** The number of its group, and of its rule in that group among all such sets. */
	readonly group: number;
	readonly set: number;
	/** As the optimizer looks at it, and what moves it. */
	readonly tensor: RoutedTensor;
	readonly route: Route;
}

/** Options that stand over an optimizer's. */
export type Options = Readonly<Record<string, unknown>>;

/** All tensors, and the rules of every group that move some. */
export interface Attachment {
	readonly tensors: readonly NamedTensor[];
	/** By their numbers. */
	readonly sets: readonly Rule[];
	/** What each group has of its own. */
	readonly groups: readonly Options[];
}

/** Groups, or the one group of tensors that have no hyperparameters of their own. */
export function groupsOf(params: NamedNumbers | readonly ParameterGroup[]): readonly ParameterGroup[] {
	const grouped =
		Array.isArray(params) && params.some((each) => typeof (each as ParameterGroup | null)?.params === 'object');
	return grouped ? (params as readonly ParameterGroup[]) : [{params: params as NamedNumbers}];
}

const ofAll: readonly string[] = ['name', 'decay', 'curvature', 'targetWinRate', 'anneal', 'form'];

function ownOptions(group: ParameterGroup): Options {
	const own = Object.entries(group).filter(
		([key, value]) => key !== 'params' && !shapeKeys.includes(key) && value !== undefined,
	);
	const wrong = own.find(([key]) => ofAll.includes(key));
	if (wrong !== undefined) {
		throw argumentError(
			'type',
			`Expected \`${wrong[0]}\` to be one for all groups: it is an option of the optimizer alone`,
		);
	}
	return Object.fromEntries(own);
}

/** The optimizer with options standing over its own. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function withOptions(optimizer: Optimizer, options: object): Optimizer {
	const all = Object.fromEntries(Object.entries(optimizer.toJSON()).filter(([key]) => key !== 'name'));
	return new (optimizer.constructor as new (given: object) => Optimizer)(merge(all, options));
}

/** The options that are those of rules beside the optimizer's own. */
export function ruleOptions(optimizer: Optimizer): Options {
	const nested = Object.entries(optimizer.toJSON()).filter(
		([, value]) => typeof value === 'object' && value !== null && Object.hasOwn(value, 'learningRate'),
	);
	return Object.fromEntries(nested);
}

/**
The routes of a group's tensors, by the options of its own.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a learning rate that none of them would have
*/
export function routesOf(optimizer: Optimizer, options: Options, tensors: readonly RoutedTensor[]): Route[] {
	const routes = (of: Options) => {
		const own = withOptions(optimizer, of);
		return tensors.map((tensor) => own.route(tensor));
	};
	const found = routes(options);
	const beside = ruleOptions(optimizer);
	const isNamed = Object.keys(beside).some((name) => Object.hasOwn(object(name, options[name] ?? {}), 'learningRate'));
	const rate = options.learningRate;
	if (rate !== undefined && rate !== optimizer.learningRate && !isNamed && tensors.length > 0) {
		const before = routes({...options, learningRate: optimizer.learningRate});
		if (found.every(({rule}, i) => rule.learningRate === before[i]?.rule.learningRate)) {
			const [name = ''] = Object.keys(beside);
			const expected = `Expected \`${name}: {learningRate}\` for tensors that \`${optimizer.name}\` does not move itself`;
			throw argumentError('type', `${expected}, got \`learningRate\``);
		}
	}
	return found;
}

/**
The groups as one list of tensors, and the rules that move them.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option that is out of bounds or unknown, for a name that
stands twice or a tensor that does, for what is neither a tensor nor a Float32Array, and where there is none
*/
export function flatten(optimizer: Optimizer, given: readonly ParameterGroup[]): Attachment {
	const sets = new Map<string, {rule: Rule; set: number}>();
	const known = {names: new Set<string>(), numbers: new Map<Numbers, string>()};
	const tensors: NamedTensor[] = [];
	const groups = Array.from(list('groups', given), (each, group) => {
		const given = object('group', each) as unknown as ParameterGroup;
		const members = membersOf(given, tensors.length, known);
		const options = ownOptions(given);
		const described = describe(given, members);
		const routes = routesOf(optimizer, options, described);
		members.forEach(({name, numbers}, i) => {
			const [tensor, route] = [described[i], routes[i]] as [RoutedTensor, Route];
			const key = `${group} ${ruleKey(route.rule)}`;
			const {set} = sets.get(key) ?? {set: sets.size};
			sets.set(key, {rule: route.rule, set});
			tensors.push({name, numbers, group, set, tensor, route});
		});
		return options;
	});
	if (tensors.length === 0) {
		throw argumentError('range', 'Expected at least one tensor to attach to, got none');
	}
	return {tensors, sets: [...sets.values()].map(({rule}) => rule), groups};
}

/** An attachment as native code is told of it. */
export function planOf(optimizer: Optimizer, {tensors, sets}: Attachment): NativeOptimizerPlan {
	return {
		optimizer: optimizer.direction,
		sets: sets.map(nativeSet),
		setOf: Int32Array.from(tensors, ({set}) => set),
		counts: Float64Array.from(tensors, ({numbers}) => sizeOf(numbers)),
		divisions: tensors.map(({tensor, route}) => nativeDivision(tensor, route)),
		sites: sitesOf(tensors.map(({name}) => name)),
		targetWinRate: optimizer.scaling().targetWinRate,
	};
}

/** The place of each name in alphabetical order, which stays when groups change theirs. */
function sitesOf(names: readonly string[]): Int32Array {
	const places = new Map([...names].sort().map((name, place) => [name, place]));
	return Int32Array.from(names, (name) => places.get(name) ?? -1);
}

/** The tensors of a group. @param first how many there are before them */
function membersOf(
	{params}: ParameterGroup,
	first: number,
	known: {readonly names: Set<string>; readonly numbers: Map<Numbers, string>},
): Member[] {
	const named = !Array.isArray(params);
	return Object.entries(several('params', params)).map(([key, given], i) => {
		const name = named ? key : String(first + i);
		if (known.names.has(name)) {
			throw argumentError('range', `Expected a name for each tensor, got \`${name}\` twice`);
		}
		const numbers = checkNumbers(`params.${key}`, given);
		const twin = known.numbers.get(numbers);
		if (twin !== undefined) {
			throw argumentError('range', `Expected each tensor once, got \`${name}\`, which is \`${twin}\``);
		}
		known.names.add(name);
		known.numbers.set(numbers, name);
		return {key, name, numbers};
	});
}
