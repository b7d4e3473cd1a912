/**
Which rule moves which tensor, and how a tensor is divided for that: Muon moves matrices and AdamW the rest, Adam-mini has
one second moment for the numbers of a neuron.

An optimizer is asked for each tensor (`route`), and answers with a rule: a formula of the native registry with its
numbers. The rules that differ are counted from 0, which is the optimizer's own.
*/
import type {NativeDivision, NativeOptimizerSet} from '../nativeoptimizers';
import type {Optimizer} from './optimizer';

/**
What a tensor is in a model: a table with a row for each token or position; the head, whose outputs are tokens or classes;
the matrix of a linear map within; a gain or a bias. A table that is the head as well, as GPT-2's, is an embedding.
*/
export type Role = 'embedding' | 'head' | 'matrix' | 'vector';

/** Every role. */
export const roles = ['embedding', 'head', 'matrix', 'vector'] as const;

/** A tensor as an optimizer looks at it. */
export interface RoutedTensor {
	/** By which tables and errors call it. */
	readonly name: string;
	/** What it is in its model. */
	readonly role: Role;
	/** Its rows, one after the other in memory; 1 of a vector. */
	readonly rows: number;
	/** The numbers of a row. */
	readonly columns: number;
	/** Whether the outputs of the linear map go along the columns, (in, out), or along the rows, (out, in). */
	readonly outLast: boolean;
	/** Matrices that stand side by side in it, as q, k and v of one projection. */
	readonly parts: number;
	/** Heads of attention that it projects to, to queries or keys; of a joint projection the first two parts. 0: none. */
	readonly heads: number;
}

/** A formula of the native registry with its numbers. */
export interface Rule {
	/** As tables call it, and the options of an optimizer that has it beside its own: `adamw`. */
	readonly name: string;
	/** The name of the formula in the native registry. */
	readonly direction: string;
	/** Its hyperparameters, by the names in the registry's `fields`. */
	readonly hyper: Readonly<Record<string, number>>;
	/** Peak learning rate, η. */
	readonly learningRate: number;
	/** Decoupled weight decay, λ. */
	readonly weightDecay: number;
}

/** What moves a tensor. */
export interface Route {
	/** The rule. */
	readonly rule: Rule;
	/** The matrices that the rule sees in it, side by side. @default 0: it sees numbers */
	readonly matrices?: number;
	/** Numbers in a row that share a second moment. @default 0: what `widths` say, or all of the tensor */
	readonly block?: number;
	/** In each part: how many of its columns share a second moment. @default [] */
	readonly widths?: readonly number[];
}

/** The routes of all tensors, and the rules in them, each once. */
export interface Routing {
	/** The optimizer's own first, whether it moves anything or not. */
	readonly rules: readonly Rule[];
	/** Of every tensor. */
	readonly routes: readonly Route[];
	/** Of every tensor the number of its rule. */
	readonly ruleOf: readonly number[];
}

/** Equal rules have equal keys. */
export const ruleKey = ({name, direction, hyper, learningRate, weightDecay}: Rule) =>
	JSON.stringify([name, direction, hyper, learningRate, weightDecay]);

/** Asks the optimizer for the route of each tensor. */
export function routingOf(optimizer: Optimizer, tensors: readonly RoutedTensor[]): Routing {
	const routes = tensors.map((tensor) => optimizer.route(tensor));
	const rules = new Map([optimizer.rule, ...routes.map(({rule}) => rule)].map((rule) => [ruleKey(rule), rule]));
	const places = new Map([...rules.keys()].map((key, place) => [key, place]));
	return {
		rules: [...rules.values()],
		routes,
		ruleOf: routes.map(({rule}) => places.get(ruleKey(rule)) ?? 0),
	};
}

/** A formula that an optimizer may move tensors by. */
export interface Direction {
	/** Its name in the native registry. */
	readonly name: string;
	/** Whether it sees matrices, of which it may keep less than it has slots for. */
	readonly matrices: boolean;
}

/** All of them, whatever the tensors are. */
export function directionsOf(optimizer: Optimizer): Direction[] {
	const tensors = roles.map((role) => ({name: '', role, rows: 1, columns: 1, outLast: true, parts: 1, heads: 0}));
	const all = new Map<string, Direction>();
	for (const {rule, matrices = 0} of routingOf(optimizer, tensors).routes) {
		const {direction: name} = rule;
		all.set(name, {name, matrices: matrices > 0 || all.get(name)?.matrices === true});
	}
	return [...all.values()];
}

/** A rule as native code has it, for the tensors that it moves. */
export function nativeSet({direction, hyper, learningRate, weightDecay}: Rule): NativeOptimizerSet {
	return {optimizer: direction, hyper, learningRate, weightDecay};
}

/** A tensor as native code divides it. */
export function nativeDivision(
	{rows, columns, outLast}: RoutedTensor,
	{matrices = 1, block = 0, widths = []}: Route,
): NativeDivision {
	const parts = Math.max(matrices, widths.length, 1);
	return {rows, columns, parts, outLast, block, widths: Int32Array.from(widths)};
}
