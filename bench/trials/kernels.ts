/** `sophia-bench kernels`: matrix products against libraries, and against what the processor can do at most. */
import type {Option, Settings} from '#lib/cli/options';
import {amountOf, commonOptions, countsOf, isWanted, pythonOf, standardThreads} from '../options';
import type {Case} from '../protocol';
import type {Column, Report} from '../report';
import type {Outcome} from '../rounds';
import {geometricMean, median, ratios, type Spread} from '../statistics';
import type {Team} from '../team';
import {Trial} from '../trial';

/** The products of a linear layer. */
const products = ['y', 'dx', 'dw'] as const;

/** The weights of GPT-2 small and of small models, (in, out). */
const weights = ['768x2304', '768x768', '768x3072', '3072x768', '768x50257', '128x384', '256x1024', '384x1536'];

const standard = {rows: [256, 1024, 4096], seconds: 0.05};

export const kernelsOptions: readonly Option[] = [
	{name: 'threads', kind: 'string', help: 'how many, with commas', standard: '1 and all'},
	{name: 'rows', kind: 'string', help: 'rows of the products, with commas', standard: standard.rows.join()},
	{name: 'weights', kind: 'string', help: 'sizes of the weights, with commas', standard: weights.join()},
	{name: 'products', kind: 'string', help: 'which of the three, with commas', standard: products.join()},
	{name: 'dtype', kind: ['float32', 'bfloat16'], help: 'what is multiplied', standard: 'float32'},
	{name: 'isa', kind: ['avx2'], help: 'hold everybody to an instruction set'},
	{name: 'seconds', kind: 'number', help: 'of a turn, at least', standard: standard.seconds},
	...commonOptions,
];

interface Row {
	readonly name: string;
	readonly operations: number;
	readonly of: Case;
}

/** Measures every product. */
export async function kernels(settings: Settings): Promise<void> {
	using trial = new Trial('kernels', settings);
	const threads = countsOf(settings, 'threads', standardThreads());
	const rows = threads.flatMap((count) => casesOf(settings, count)).filter(({name}) => isWanted(name, settings));
	const isa = (settings.isa as string | undefined) ?? '';
	const setting = {threads: Math.max(...threads), isa, python: pythonOf(settings)};
	using team = await trial.team(setting, ['product', 'peak']);
	const seconds = amountOf(settings, 'seconds', standard.seconds);
	trial.report.table(columns(team));
	const found: Found[] = [];
	try {
		for (const [i, row] of rows.entries()) {
			const entries = team.members.map(({name, contender}) => ({
				contender,
				of: {...row.of, kind: name === 'ceilings' ? 'peak' : 'product'},
			}));
			const outcomes = await trial.compete(entries, row.name, i / rows.length, 1 / rows.length, seconds);
			found.push(judge(row, team, outcomes));
			tell(trial.report, team, found.at(-1) as Found);
		}
	} finally {
		summarize(trial, found, threads, isa);
	}
}

function casesOf(settings: Settings, threads: number): Row[] {
	const list = (name: string, all: readonly string[]) =>
		settings[name] === undefined ? all : String(settings[name]).split(',');
	const dtype = String(settings.dtype ?? 'float32');
	return list('weights', weights).flatMap((weight) =>
		countsOf(settings, 'rows', standard.rows).flatMap((rows) =>
			list('products', products).map((product) => {
				const [input = NaN, output = NaN] = weight.split('x').map(Number);
				const name = `${rows} ${weight} ${product}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
				const of = {kind: 'product', rows, in: input, out: output, product, dtype, threads};
				return {name, operations: 2 * rows * input * output, of};
			}),
		),
	);
}

interface Found {
	readonly row: Row;
	/** Operations a second, by contender and round. */
	readonly rates: ReadonlyMap<string, readonly number[]>;
	readonly reasons: ReadonlyMap<string, string>;
	/** Ours over the best rival's, and which that is. */
	readonly rival: (Spread & {readonly name: string}) | undefined;
	/** Ours over the peak. */
	readonly peak: Spread | undefined;
}

function judge(row: Row, team: Team, outcomes: readonly Outcome[]): Found {
	const rates = new Map<string, readonly number[]>();
	const reasons = new Map<string, string>();
	const ours = outcomes[team.members.findIndex(({name}) => name === 'ours')];
	outcomes.forEach(({seconds, facts, reason}, i) => {
		const name = team.members[i]?.name ?? '';
		const wrong = ours === undefined ? undefined : disagreement(row, ours.facts, facts);
		if (reason !== undefined || wrong !== undefined) {
			reasons.set(name, reason ?? (wrong as string));
		} else {
			const operations = facts.operations || row.operations;
			rates.set(name, seconds.map((each) => operations / each));
		}
	});
	const own = rates.get('ours');
	const against = (other: readonly number[] | undefined) => (own && other ? ratios(own, other) : undefined);
	const others = [...rates].filter(([name]) => name !== 'ours' && name !== 'ceilings');
	const [best] = others.sort(([, a], [, b]) => median(b) - median(a));
	const rival = against(best?.[1]);
	return {
		row,
		rates,
		reasons,
		rival: rival && best && {...rival, name: best[0]},
		peak: against(rates.get('ceilings')),
	};
}

/** Results of one product by two libraries differ by rounding, which grows as the root of the terms, and no more. */
function disagreement({of}: Row, ours: Outcome['facts'], theirs: Outcome['facts']): string | undefined {
	const terms = Number(of.product === 'y' ? of.in : of.product === 'dx' ? of.out : of.rows);
	const most = (of.dtype === 'bfloat16' ? 2e-2 : 1e-5) * Math.sqrt(terms);
	for (const end of ['first', 'last'] as const) {
		const [a, b] = [ours[end], theirs[end]];
		if (a !== undefined && b !== undefined && !theirs.operations && Math.abs(a - b) > most) {
			return `wrong result, ${b} for ${a}`;
		}
	}
	return undefined;
}

const labelWidth = 34;

function columns(team: Team): Column[] {
	return [
		{title: 'product, GFLOP/s', width: labelWidth, left: true},
		...team.members.map(({name}) => ({title: name === 'ceilings' ? 'peak' : name, width: Math.max(7, name.length)})),
		{title: 'of the best rival', width: 20},
		{title: 'of the peak', width: 20},
	];
}

function tell(report: Report, team: Team, {row, rates, reasons, rival, peak}: Found): void {
	const rate = (name: string) => {
		const own = rates.get(name);
		return own === undefined ? '-' : (median(own) / 1e9).toFixed(1);
	};
	report.row([row.name, ...team.members.map(({name}) => rate(name)), shown(rival), shown(peak)]);
	report.record('product', {...row, rates: Object.fromEntries(rates), reasons: Object.fromEntries(reasons), rival, peak});
	for (const [name, reason] of reasons) {
		if (!told.has(`${name} ${reason}`)) {
			told.add(`${name} ${reason}`);
			report.say(`  ${name}: ${reason}`);
		}
	}
}

/** A reason is told once. */
const told = new Set<string>();

function shown(spread: Spread | undefined): string {
	const digits = (x: number) => x.toFixed(2);
	return spread === undefined ? '-' : `${digits(spread.middle)} (${digits(spread.low)}–${digits(spread.high)})`;
}

function summarize(trial: Trial, found: readonly Found[], threads: readonly number[], isa: string): void {
	for (const count of threads) {
		const rows = found.filter(({row}) => row.of.threads === count);
		const worst = rows
			.flatMap(({row, rival}) => (rival === undefined ? [] : [{name: row.name, ratio: rival.middle, whose: rival.name}]))
			.sort((a, b) => a.ratio - b.ratio);
		const least = worst[0];
		const enough = worst.filter(({ratio}) => ratio >= 0.95).length;
		trial.goal({
			what: `goal 1, ${count} threads, every product against the best rival`,
			measured: least?.ratio ?? NaN,
			wanted: 0.95,
			...(least && {note: `least at ${least.name} (${least.whose}); ${enough} of ${worst.length} reach it`}),
		});
		const peaks = rows.flatMap(({peak}) => (peak === undefined ? [] : [peak.middle]));
		const what = `goal 1, ${count} threads, geometric mean against the peak`;
		trial.goal({what, measured: geometricMean(peaks), wanted: 0.9});
	}
	trial.end();
}
