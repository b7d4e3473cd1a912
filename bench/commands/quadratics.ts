/** `sophia-bench quadratics`: steps to a tolerance on problems whose condition number is known. */
import {join} from 'node:path';
import {InterruptListener} from '#lib/cli/interrupt';
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {wrap} from '#lib/errors';
import {makeDirectory} from '#lib/files';
import {version} from '#lib/version';
import {cellsOf, columnsOf, quadraticsSection} from '../findings/quadratics';
import {headline, machine} from '../machine';
import {amountOf, countOf, countsOf, listOf, textOf} from '../options';
import {Report} from '../report';
import type {Found} from '../study/descents';
import {DescentStore} from '../study/descentstore';
import {writePage} from '../study/page';
import {makeSurvey, standardSurvey, type Survey} from '../study/survey';

/** A rotated problem of more would be gigabytes. */
const largest = 1024;

const {problems, methods, conditions, size, tolerance, limit, seed} = standardSurvey;
const names = methods.map(({name}) => name);

export const quadraticsOptions: readonly Option[] = [
	{name: 'problems', kind: 'string', help: 'which, with commas', standard: problems.join(',')},
	{name: 'methods', kind: 'string', help: 'who descends, with commas', standard: names.join(',')},
	{name: 'conditions', kind: 'string', help: 'condition numbers, with commas', standard: conditions.join(',')},
	{name: 'size', kind: 'number', help: 'coordinates', standard: size},
	{name: 'tolerance', kind: 'number', help: 'part of the first loss that is to be reached', standard: tolerance},
	{name: 'limit', kind: 'number', help: 'steps after which a descent is given up', standard: limit},
	{name: 'seed', kind: 'number', help: 'of the rotation and of probes', standard: seed},
	{name: 'directory', kind: 'string', help: 'where what was found and the page are kept', standard: 'study'},
	{name: 'output', kind: 'string', help: 'file of JSON lines that the results are written to as they come'},
];

/** Searches what was not found before, says it row by row, and draws it. */
export async function quadratics(settings: Settings): Promise<void> {
	const survey = surveyOf(settings);
	const directory = textOf(settings, 'directory') ?? 'study';
	const report = wrap(() => new Report(textOf(settings, 'output')));
	wrap(() => makeDirectory(directory));
	const store = wrap(() => new DescentStore(join(directory, 'quadratics.jsonl')));
	using listener = new InterruptListener('ending the descents; what was found is kept', 'sophia-bench');
	const here = machine();
	const optimizers = Object.fromEntries(survey.methods.map(({name, optimizer}) => [name, optimizer]));
	report.record('quadratics', {...survey, methods: optimizers, ...here});
	report.say(headline(here).trimEnd());
	try {
		const onStep = (what: string, part: number) => report.progress(part, what, NaN);
		const onRow = teller(survey, report);
		const found = await makeSurvey(survey, {store, signal: listener.signal, onStep, onRow});
		const page = join(directory, 'quadratics.html');
		const head = [['machine', headline(here).trimEnd()] as const, ['date', here.date] as const];
		const sections = [quadraticsSection(found, survey)];
		await writePage(page, {title: 'Quadratics', head, sections}, `sophia-bench ${version}`);
		report.say(`\n${page}`);
	} finally {
		report.end();
	}
}

/** @throws UsageError */
function surveyOf(settings: Settings): Survey {
	const wanted = listOf(settings, 'methods', names, names);
	const asked = listOf(settings, 'problems', problems, problems);
	const survey = {
		problems: problems.filter((name) => asked.includes(name)),
		methods: methods.filter(({name}) => wanted.includes(name)),
		conditions: [...new Set(countsOf(settings, 'conditions', conditions))].sort((a, b) => a - b),
		size: countOf(settings, 'size', size, {least: 2, most: largest}),
		tolerance: amountOf(settings, 'tolerance', tolerance),
		limit: countOf(settings, 'limit', limit),
		seed: (settings.seed ?? seed) as number,
	};
	if (survey.tolerance >= 1) {
		throw new UsageError(`Expected \`--tolerance\` to be below 1, got \`${survey.tolerance}\``);
	}
	if (!Number.isSafeInteger(survey.seed)) {
		throw new UsageError(`Expected \`--seed\` to be a whole number, got \`${survey.seed}\``);
	}
	return survey;
}

const [nameWidth, cellWidth] = [26, 14];

/** Prints a table that grows, and keeps its cells. */
function teller(survey: Survey, report: Report) {
	let last: string | undefined;
	return (problem: Found['problem'], {title}: Survey['methods'][number], row: readonly Found[]) => {
		if (problem !== last) {
			last = problem;
			report.say(`\n${problem}: steps to ${survey.tolerance} of the first loss, at the best learning rate`);
			const columns = columnsOf(survey).map((each) => ({title: each, width: cellWidth}));
			report.table([{title: '', width: nameWidth, left: true}, ...columns]);
		}
		report.row([title, ...cellsOf(row, survey)]);
		row.forEach((found) => report.record('descent', found));
	};
}
