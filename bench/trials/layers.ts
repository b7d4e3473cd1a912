/** The layers between the products, against the ceiling of each: multiply-adds for attention, a copy for all else. */
import {wantedOf} from '../options';
import {digits, shown} from '../race';
import type {Column} from '../report';
import {ceilings} from '../rivals/ceilings';
import {ours} from '../rivals/ours';
import type {Trial, Row} from '../trial';

const rows = 4096;
const channels = 768;
const heads = 12;
const [headRows, vocabulary] = [512, 50257];

interface LayerRow extends Row {
	/** Operations for the peak, bytes for the copy. */
	readonly work: number;
	readonly ceiling: 'peak' | 'copy';
	/** Of the copy: as many as the layer's input has, so that both meet the same caches. */
	readonly elements: number;
}

/** A copy reads 4 bytes of a number and writes 4. */
const copied = 8;

/** What each pass reads and writes, in bytes for a number of the layer's input. */
const elementwise = [
	{layer: 'layernorm', width: channels, forward: 8, backward: 12},
	{layer: 'gelu', width: 4 * channels, forward: 8, backward: 12},
	{layer: 'residual', width: channels, forward: 12, backward: 8},
	{layer: 'crossentropy', width: vocabulary, forward: 4, backward: 8},
];

/** Measures every layer, forwards and backwards. */
export async function layersPart(trial: Trial, threads: number, seconds: number): Promise<void> {
	const wanted = wantedOf(rowsOf(threads), trial.settings);
	if (trial.expect(wanted.length) === 0) {
		return;
	}
	const limits = ceilings.filter(({name}) => name === 'peak' || name === 'copy');
	using team = await trial.start({threads, isa: '', python: ''}, [ours, ...limits]);
	trial.report.say();
	trial.report.table(columns);
	for (const row of wanted) {
		const race = await trial.race(team, row, seconds);
		const own = race.seconds('ours') ?? NaN;
		const most = row.ceiling === 'peak' ? race.outcomes.get('peak')?.facts.operations : copied * row.elements;
		trial.report.row([
			row.name,
			digits(1e3 * own, 3),
			digits(row.work / 1e9 / own, 0),
			row.ceiling === 'peak' ? 'GFLOP/s' : 'GB/s',
			shown(race.share('ours', row.work, row.ceiling, most ?? NaN)),
		]);
		trial.tellReasons(race);
	}
}

function rowsOf(threads: number): LayerRow[] {
	const passes = ['forward', 'backward'] as const;
	const lengths = [64, 256, 1024, 4096];
	const attention = lengths.flatMap((length) =>
		passes.map((pass) => {
			// Two products forwards, and backwards four and the scores once more, of the half of the square below the diagonal.
			const work = (pass === 'forward' ? 2 : 5) * rows * (length + 1) * channels;
			const of = {kind: 'layer', layer: 'attention', pass, rows, length, channels, heads, threads};
			return layerRow(`attention T${length}, ${pass}`, of, work, 'peak');
		}),
	);
	const others = elementwise.flatMap(({layer, width, ...bytes}) =>
		passes.map((pass) => {
			const count = layer === 'crossentropy' ? headRows : rows;
			const of = {kind: 'layer', layer, pass, rows: count, channels: width, threads};
			return layerRow(`${layer} ${count}×${width}, ${pass}`, of, bytes[pass] * count * width, 'copy');
		}),
	);
	return [...attention, ...others];
}

function layerRow(name: string, of: LayerRow['of'], work: number, ceiling: LayerRow['ceiling']): LayerRow {
	const {threads = 1} = of;
	const elements = Number(of.rows) * Number(of.channels);
	const limits = {peak: {kind: 'peak', dtype: 'float32', threads}, copy: {kind: 'copy', elements, threads}};
	const caseOf = (who: string) => (who === 'ours' ? of : who === ceiling ? limits[ceiling] : undefined);
	return {name, of, caseOf, work, ceiling, elements};
}

const columns: readonly Column[] = [
	{title: 'layer, all threads', width: 34, left: true},
	{title: 'ms', width: 9},
	{title: '', width: 7},
	{title: '', width: 7, left: true},
	{title: 'of its ceiling', width: 18},
];
