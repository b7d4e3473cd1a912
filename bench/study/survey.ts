/** Every problem, method and condition number, one after the other; what was found before is not searched again. */
import {search, type Found} from './descents';
import type {DescentStore} from './descentstore';
import {methods as everybody, type Method} from './methods';
import {problems as everything, type Sort} from './quadratics';

/** What is asked for. */
export interface Survey {
	readonly problems: readonly Sort['problem'][];
	readonly methods: readonly Method[];
	/** Condition numbers, in their order. */
	readonly conditions: readonly number[];
	readonly size: number;
	readonly seed: number;
	/** Part of the first loss that is to be reached. */
	readonly tolerance: number;
	/** Steps after which a descent is given up. */
	readonly limit: number;
}

/** The survey of a whole study: two minutes of one processor. */
export const standardSurvey: Survey = {
	problems: everything,
	methods: everybody,
	conditions: [10, 100, 1e3, 1e4, 1e5, 1e6],
	size: 64,
	seed: 1337,
	tolerance: 1e-4,
	limit: 1e5,
};

/** How it goes. */
export interface SurveyOptions {
	readonly store: DescentStore;
	readonly signal?: AbortSignal | undefined;
	/** Called now and then. */
	readonly onStep?: (what: string, part: number) => void;
	/** A row: what a method found in a problem, as far as it came. */
	readonly onRow?: (problem: Sort['problem'], method: Method, row: readonly Found[]) => void;
}

/** Searches what is not known. @throws the signal's reason, after the row that it interrupts */
export async function makeSurvey(survey: Survey, options: SurveyOptions): Promise<readonly Found[]> {
	const all: Found[] = [];
	const rows = survey.problems.flatMap((problem) => survey.methods.map((method) => ({problem, method})));
	for (const [turn, {problem, method}] of rows.entries()) {
		const row: Found[] = [];
		try {
			await fillRow(row, problem, method, survey, {
				...options,
				onStep: (what, part) => options.onStep?.(what, (turn + part) / rows.length),
			});
		} finally {
			options.onRow?.(problem, method, row);
			all.push(...row);
		}
	}
	return all;
}

/** The first cell is always searched: where it is not what it was, the code computes otherwise, and nothing is known. */
async function fillRow(
	row: Found[],
	problem: Sort['problem'],
	method: Method,
	{conditions, size, seed, tolerance, limit}: Survey,
	{store, signal, onStep}: SurveyOptions,
): Promise<void> {
	let trusted = true;
	for (const [i, condition] of conditions.entries()) {
		const sort = {problem, condition, size, seed};
		const asked = {sort, method: method.name, optimizer: method.optimizer.toJSON(), tolerance, limit};
		const tell = (step: number) =>
			onStep?.(`${problem}, κ ${condition}, ${method.title}: ${step} steps`, i / conditions.length);
		const known = store.find(asked);
		let found: Found | undefined = trusted && i > 0 ? known : undefined;
		if (found === undefined) {
			tell(0);
			found = await search(sort, method, {tolerance, limit, signal, onStep: tell});
			trusted &&= i > 0 || known?.steps === found.steps;
			if (known === undefined || known.steps !== found.steps || known.rate !== found.rate) {
				store.add(asked, found);
			}
		}
		row.push(found);
	}
}
