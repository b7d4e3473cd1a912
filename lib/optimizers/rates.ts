/** The learning rates and weight decays of groups, which may change between steps. */
import {integer, knownKeys, object} from '../check';
import {merge} from '../merge';
import {routesOf, ruleOptions, type Attachment, type Options} from './groups';
import type {Optimizer} from './optimizer';
import type {Rule} from './routing';

/** What a step is made with, of one rule. */
export interface RuleRates {
	/** Peak learning rate, η, above 0. */
	readonly learningRate?: number;
	/** Decoupled weight decay, λ, at least 0. */
	readonly weightDecay?: number;
}

/** New rates of a group, over what it has. */
export interface GroupRates extends RuleRates {
	/** Those of AdamW, in optimizers that have it beside their own rule. */
	readonly adamw?: RuleRates;
	/** Those of the sign of the momentum, in Scion. */
	readonly sign?: RuleRates;
}

/** The rates of all rules where that of the optimizer's own is this one: a schedule moves them together. */
export function ratesAt(optimizer: Optimizer, learningRate: number): GroupRates {
	const factor = learningRate / optimizer.learningRate;
	const beside = Object.entries(ruleOptions(optimizer) as Readonly<Record<string, {readonly learningRate: number}>>);
	const others = beside.map(([name, own]) => [name, {learningRate: factor * own.learningRate}] as const);
	return {learningRate, ...Object.fromEntries(others)};
}

const rateKeys: readonly string[] = ['learningRate', 'weightDecay'];

/** What all groups have of their own. */
export class Rates {
	readonly #options: Options[];

	constructor(
		private readonly optimizer: Optimizer,
		private readonly attachment: Attachment,
	) {
		this.#options = [...attachment.groups];
	}

	/**
	The sets of a group with other rates, which are kept by `keep`.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	change(group: number, rates: GroupRates): {readonly sets: ReadonlyMap<number, Rule>; keep(): void} {
		const at = integer('group', group, 0, this.#options.length - 1);
		const options = merge(this.#options[at] ?? {}, this.#checked(rates));
		const tensors = this.attachment.tensors.filter((each) => each.group === at);
		const routes = routesOf(
			this.optimizer,
			options,
			tensors.map(({tensor}) => tensor),
		);
		const sets = new Map(tensors.flatMap(({set}, i) => (routes[i] === undefined ? [] : [[set, routes[i].rule]])));
		return {
			sets,
			keep: () => {
				this.#options[at] = options;
			},
		};
	}

	#checked(rates: GroupRates): Options {
		const beside = Object.keys(ruleOptions(this.optimizer));
		knownKeys(object('rates', rates), [...rateKeys, ...beside]);
		const given = {...rates} as Options;
		beside.forEach((name) => knownKeys(object(name, given[name] ?? {}), rateKeys));
		return given;
	}
}
