/** What was found about quadratics: a table and a chart for each problem. */
import type {Chart, Section, Table} from '../study/document';
import type {Found} from '../study/descents';
import type {Survey} from '../study/survey';

/** Steps, and the learning rate that was best: `255 2^-3`; nothing for what was not searched. */
export function steps(found: Found | undefined, limit: number): string {
	return found === undefined ? '-' : `${found.steps ?? `> ${limit}`} 2^${Math.log2(found.rate)}`;
}

/** By how much the steps grow from the least condition number to the greatest, and by how much the best rate falls. */
export function course(row: readonly Found[], limit: number): readonly [steps: string, rate: string] {
	const [first, last] = [row[0], row.at(-1)];
	if (first?.steps === undefined || last === undefined || last === first) {
		return ['-', '-'];
	}
	const growth = Number(((last.steps ?? limit) / Math.max(1, first.steps)).toPrecision(2));
	return [`${last.steps === undefined ? '> ' : ''}× ${growth}`, `× ${first.rate / last.rate}`];
}

/** The columns of a table, after the name. */
export const columnsOf = ({conditions}: Pick<Survey, 'conditions'>): readonly string[] => [
	...conditions.map((condition) => `κ ${condition}`),
	'steps grow',
	'the rate falls',
];

/** The cells of a row, after the name. */
export function cellsOf(row: readonly Found[], {conditions, limit}: Pick<Survey, 'conditions' | 'limit'>) {
	const whole = row.length === conditions.length ? row : [];
	return [...conditions.map((_, i) => steps(row[i], limit)), ...course(whole, limit)];
}

const about: Readonly<Record<Found['problem'], string>> = {
	separable: 'Every coordinate has a curvature of its own, from 1 to κ.',
	rotated: 'The same curvatures in a random basis: a diagonal says little about them.',
	saddle: 'The same as separable, but the flattest direction begins beside the top of a double well.',
};

/** Of everything that was found. */
export function quadraticsSection(all: readonly Found[], survey: Survey): Section {
	const {tolerance, size} = survey;
	const found = survey.problems.filter((problem) => all.some((each) => each.problem === problem));
	return {
		title: 'Condition numbers',
		paragraphs: [
			`Steps until the loss of a quadratic of ${size} coordinates stays below ${tolerance} of the first, with gradients ` +
				`that have no noise. Every coordinate begins with the same part of the loss. Everybody has the learning rate, in ` +
				`powers of 2, that needs fewest steps for each κ, the defaults otherwise, and no decay.`,
			'A flat line is what the theory of Sophia promises where the Hessian is diagonal; its height is the time in which ' +
				'the momentum forgets. A best rate that falls with κ has to be found again for every κ.',
		],
		tables: found.map((problem) => table(problem, all, survey)),
		charts: found.map((problem) => chart(problem, all, survey)),
	};
}

const rowOf = (all: readonly Found[], problem: Found['problem'], method: string) =>
	all.filter((each) => each.problem === problem && each.method === method);

function table(problem: Found['problem'], all: readonly Found[], survey: Survey): Table {
	return {
		caption: `${problem}: steps, at the best learning rate`,
		columns: ['', ...columnsOf(survey)].map((title, i) => ({title, numeric: i > 0})),
		rows: survey.methods.map(({name, title}) => [title, ...cellsOf(rowOf(all, problem, name), survey)]),
	};
}

function chart(problem: Found['problem'], all: readonly Found[], {methods, limit}: Survey): Chart {
	return {
		title: `${problem}: steps by condition number`,
		about: `${about[problem]} Arrows are more than ${limit} steps.`,
		x: {title: 'condition number κ', log: 10},
		y: {title: 'steps', log: 10},
		series: methods.map(({name, title}) => ({
			name: title,
			points: rowOf(all, problem, name).map(({condition, steps: count, rate}) => ({
				x: condition,
				y: count ?? limit,
				...(count === undefined ? {bound: 'above' as const} : {}),
				label: `rate 2^${Math.log2(rate)}`,
			})),
		})),
	};
}
