/** `sophia-bench quadratics`: steps to a tolerance on problems whose condition number is known. */
import {InterruptListener} from '#lib/cli/interrupt';
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {wrap} from '#lib/errors';
import {headline, machine} from '../machine';
import {amountOf, countOf, countsOf, listOf, textOf} from '../options';
import {Report} from '../report';
import {search, type Found} from '../study/descents';
import {methods} from '../study/methods';
import {problems} from '../study/quadratics';
import {course, steps} from '../study/quadraticswords';

const standard = {
	conditions: [10, 100, 1e3, 1e4, 1e5, 1e6],
	size: 64,
	tolerance: 1e-4,
	limit: 1e5,
	seed: 1337,
} as const;

/** A rotated problem of more would be gigabytes. */
const largest = 1024;

const names = methods.map(({name}) => name);

export const quadraticsOptions: readonly Option[] = [
	{name: 'problems', kind: 'string', help: 'which, with commas', standard: problems.join(',')},
	{name: 'methods', kind: 'string', help: 'who descends, with commas', standard: names.join(',')},
	{name: 'conditions', kind: 'string', help: 'condition numbers, with commas', standard: standard.conditions.join(',')},
	{name: 'size', kind: 'number', help: 'coordinates', standard: standard.size},
	{
		name: 'tolerance',
		kind: 'number',
		help: 'part of the first loss that is to be reached',
		standard: standard.tolerance,
	},
	{name: 'limit', kind: 'number', help: 'steps after which a descent is given up', standard: standard.limit},
	{name: 'seed', kind: 'number', help: 'of the rotation and of probes', standard: standard.seed},
	{name: 'output', kind: 'string', help: 'file of JSON lines that the results are written to as they come'},
];

/** What is asked for. */
interface Plan {
	readonly problems: readonly (typeof problems)[number][];
	readonly methods: typeof methods;
	readonly conditions: readonly number[];
	readonly size: number;
	readonly tolerance: number;
	readonly limit: number;
	readonly seed: number;
}

/** Searches every cell of the table, and says what it found row by row. */
export async function quadratics(settings: Settings): Promise<void> {
	const plan = planOf(settings);
	const report = wrap(() => new Report(textOf(settings, 'output')));
	using listener = new InterruptListener('ending the descents', 'sophia-bench');
	const here = machine();
	const optimizers = Object.fromEntries(plan.methods.map(({name, optimizer}) => [name, optimizer]));
	report.record('quadratics', {...plan, methods: optimizers, ...here});
	report.say(headline(here).trimEnd());
	try {
		for (const problem of plan.problems) {
			await tabulate(plan, problem, report, listener.signal);
		}
	} finally {
		report.end();
	}
}

/** @throws UsageError */
function planOf(settings: Settings): Plan {
	const wanted = listOf(settings, 'methods', names, names);
	const asked = listOf(settings, 'problems', problems, problems);
	const plan = {
		problems: problems.filter((name) => asked.includes(name)),
		methods: methods.filter(({name}) => wanted.includes(name)),
		conditions: [...new Set(countsOf(settings, 'conditions', standard.conditions))].sort((a, b) => a - b),
		size: countOf(settings, 'size', standard.size),
		tolerance: amountOf(settings, 'tolerance', standard.tolerance),
		limit: countOf(settings, 'limit', standard.limit),
		seed: (settings.seed ?? standard.seed) as number,
	};
	if (plan.size < 2 || plan.size > largest) {
		throw new UsageError(`Expected \`--size\` to be in [2, ${largest}], got \`${plan.size}\``);
	}
	if (plan.tolerance >= 1) {
		throw new UsageError(`Expected \`--tolerance\` to be below 1, got \`${plan.tolerance}\``);
	}
	if (!Number.isSafeInteger(plan.seed)) {
		throw new UsageError(`Expected \`--seed\` to be a whole number, got \`${plan.seed}\``);
	}
	return plan;
}

const [nameWidth, cellWidth] = [26, 14];

async function tabulate(plan: Plan, problem: Plan['problems'][number], report: Report, signal: AbortSignal) {
	const {conditions, methods: all, size, seed, tolerance, limit} = plan;
	report.say(`\n${problem}: steps to ${tolerance} of the first loss, at the best learning rate`);
	const titles = [...conditions.map((condition) => `κ ${condition}`), 'steps grow', 'the rate falls'];
	report.table([{title: '', width: nameWidth, left: true}, ...titles.map((title) => ({title, width: cellWidth}))]);
	const begun = plan.problems.indexOf(problem) * all.length;
	for (const [turn, method] of all.entries()) {
		const row: Found[] = [];
		const tell = (step: number) => {
			const done = (begun + turn + row.length / conditions.length) / (plan.problems.length * all.length);
			report.progress(done, `${problem}, κ ${conditions[row.length]}, ${method.title}: ${step} steps`, NaN);
		};
		try {
			for (const condition of conditions) {
				tell(0);
				const found = await search({problem, condition, size, seed}, method, {tolerance, limit, signal, onStep: tell});
				report.record('descent', found);
				row.push(found);
			}
		} finally {
			const cells = conditions.map((_, i) => steps(row[i], limit));
			report.row([method.title, ...cells, ...course(row.length === conditions.length ? row : [], limit)]);
		}
	}
}
