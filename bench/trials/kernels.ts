/** `sophia-bench kernels`: matrix products against libraries, and against what the processor can do at most. */
import type {Option, Settings} from '#lib/cli/options';
import {UsageError} from '#lib/cli/options';
import {commonOptions, countsOf, listOf, pythonOf, secondsOf, standardThreads, textOf, wantedOf} from '../options';
import {digits, disturbance, shown} from '../race';
import type {Column} from '../report';
import type {Setting} from '../rivals/rival';
import type {Team} from '../team';
import {Trial} from '../trial';
import {judge, summarize, type Found, type Product} from './judging';
import {layersPart} from './layers';

/** The products of a linear layer: its output, and the gradients of its input and of its weight. */
const products = ['y', 'dx', 'dw'] as const;

/** The weights of GPT-2 small and of small models: in × out. */
const weights = ['768x2304', '768x768', '768x3072', '3072x768', '768x50257', '128x384', '256x1024', '384x1536'];

const standard = {rows: [256, 1024, 4096], seconds: 0.05};

export const kernelsOptions: readonly Option[] = [
	{name: 'parts', kind: 'string', help: 'what to measure, with commas', standard: 'products,layers'},
	{name: 'threads', kind: 'string', help: 'how many, with commas', standard: '1 and all'},
	{name: 'rows', kind: 'string', help: 'rows of the products, with commas', standard: standard.rows.join()},
	{name: 'weights', kind: 'string', help: 'sizes of the weights, with commas', standard: weights.join()},
	{name: 'products', kind: 'string', help: 'y, dx, dw: which, with commas', standard: products.join()},
	{name: 'dtype', kind: ['float32', 'bfloat16'], help: 'what is multiplied', standard: 'float32'},
	{name: 'isa', kind: ['avx2'], help: 'hold everybody to an instruction set'},
	{name: 'seconds', kind: 'number', help: 'of a turn, at least', standard: standard.seconds},
	...commonOptions,
];

/** Measures every product and every layer, and tells what is reached of goal 1. */
export async function kernels(settings: Settings): Promise<void> {
	const threads = countsOf(settings, 'threads', standardThreads());
	const seconds = secondsOf(settings, standard.seconds);
	if (settings.dtype === 'bfloat16' && settings.isa === 'avx2') {
		throw new UsageError('Expected `--dtype float32` with `--isa avx2`: AVX2 has no multiplication of bfloat16');
	}
	const wanted = listOf(settings, 'parts', standardParts(settings), parts);
	const rows = wantedOf(
		threads.flatMap((count) => rowsOf(settings, count)),
		settings,
	);
	const setting = {threads: Math.max(...threads), isa: textOf(settings, 'isa') ?? '', python: pythonOf(settings)};
	using trial = new Trial('kernels', settings);
	try {
		if (wanted.includes('products') && trial.expect(rows.length) > 0) {
			await productsPart(trial, rows, setting, seconds);
		}
		if (wanted.includes('layers')) {
			await layersPart(trial, setting.threads, seconds);
		}
		trial.expectSome();
	} finally {
		trial.end();
	}
}

const parts = ['products', 'layers'];

/** Layers are measured in float32 only, and with nobody else's instruction set. */
function standardParts({dtype, isa}: Settings): readonly string[] {
	return dtype === 'bfloat16' || isa !== undefined ? ['products'] : parts;
}

async function productsPart(trial: Trial, rows: readonly Product[], setting: Setting, seconds: number): Promise<void> {
	using team = await trial.team(setting, ['product', 'peak']);
	trial.report.table(columnsOf(team));
	const found: Found[] = [];
	try {
		for (const row of rows) {
			const product = judge(row, await trial.race(team, row, seconds));
			found.push(product);
			trial.report.row(cellsOf(team, product));
			trial.tellReasons(product.race, 'peak');
		}
	} finally {
		for (const threads of new Set(rows.map((row) => row.threads))) {
			const wanted = rows.filter((row) => row.threads === threads).length;
			const own = found.filter(({row}) => row.threads === threads);
			summarize(trial, {threads: counted(threads), wanted, found: own});
		}
	}
}

function rowsOf(settings: Settings, threads: number): Product[] {
	const dtype = textOf(settings, 'dtype') ?? 'float32';
	return listOf(settings, 'weights', weights).flatMap((weight) => {
		const [input, output] = sizesOf(weight);
		return countsOf(settings, 'rows', standard.rows).flatMap((rows) =>
			listOf(settings, 'products', products, products).map((product) => {
				const of = {kind: 'product', rows, in: input, out: output, product, dtype, threads};
				return {
					name: `${rows} ${weight} ${product}, ${counted(threads)}`,
					operations: 2 * rows * input * output,
					terms: product === 'y' ? input : product === 'dx' ? output : rows,
					threads,
					of,
					caseOf: (contender) => ({...of, kind: contender === 'peak' ? 'peak' : 'product'}),
				} satisfies Product;
			}),
		);
	});
}

/** In words. */
function counted(threads: number): string {
	return threads === 1 ? '1 thread' : `${threads} threads`;
}

function sizesOf(weight: string): readonly [number, number] {
	const [, input, output] = /^([1-9]\d{0,6})x([1-9]\d{0,6})$/.exec(weight) ?? [];
	if (input === undefined || output === undefined) {
		throw new UsageError(`Expected \`--weights\` to be sizes like \`768x2304\`, got \`${weight}\``);
	}
	return [Number(input), Number(output)];
}

function columnsOf(team: Team): Column[] {
	return [
		{title: 'product, GFLOP/s', width: 34, left: true},
		...team.members.map(({name}) => ({title: name, width: Math.max(7, name.length)})),
		{title: 'of the best rival', width: 18},
		{title: 'of the peak', width: 18},
	];
}

function cellsOf(team: Team, {row, race, ratio, peak}: Found): string[] {
	const rates = team.members.map(({name}) => {
		const operations = race.outcomes.get(name)?.facts.operations ?? row.operations;
		return digits(operations / 1e9 / (race.seconds(name) ?? NaN), 1);
	});
	const name = row.name + (race.disturbed('peak') ? disturbance : '');
	return [name, ...rates, shown(ratio), shown(peak)];
}
