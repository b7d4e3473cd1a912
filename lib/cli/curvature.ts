/** `sophia curvature`: what the loss looks like around a checkpoint. */
import {count, oneOf} from '../check';
import {decades, diagonalDefaults, hessianDiagonal, quantiles, type Bin, type Diagonal} from '../curvature';
import {parameterCount} from '../config';
import {Dataset} from '../dataset';
import {splits} from '../evaluation';
import {examplesDefaults, type Examples} from '../examples';
import {Gpt2} from '../gpt2';
import {lanczos, type RitzValue} from '../lanczos';
import {distributions} from '../optimizers/optimizer';
import {checkpointFile} from './file';
import {configOption, pick, UsageError, type Option, type Settings} from './options';
import {placement, placementOptions} from './placement';
import type {Output} from './progress';

const matrices = ['hessian', 'gauss-newton'] as const;
type Matrix = (typeof matrices)[number];

const defaults = {matrix: 'hessian' as Matrix, eigenvalues: 5, steps: 20} as const;

export const curvatureOptions: readonly Option[] = [
	{name: 'data', kind: 'string', help: 'directory that `sophia prepare` wrote'},
	{name: 'split', kind: splits, help: 'part of the data', standard: examplesDefaults.split},
	{name: 'sequences', kind: 'number', help: 'sequences of the loss', standard: examplesDefaults.sequences},
	{name: 'length', kind: 'number', help: 'tokens in a sequence', standard: 'the context'},
	{name: 'batch', kind: 'number', help: 'sequences in a pass', standard: diagonalDefaults.batch},
	{name: 'matrix', kind: matrices, help: 'of the loss, or its Gauss-Newton part', standard: defaults.matrix},
	{name: 'eigenvalues', kind: 'number', help: 'eigenvalues to show', standard: defaults.eigenvalues},
	{name: 'steps', kind: 'number', help: "Lanczos' steps, a product each", standard: defaults.steps},
	{name: 'probes', kind: 'number', help: 'draws of the trace and of the diagonal', standard: diagonalDefaults.probes},
	{name: 'distribution', kind: distributions, help: 'numbers of a probe', standard: diagonalDefaults.distribution},
	{name: 'seed', kind: 'number', help: 'seed of places, probes and labels', standard: diagonalDefaults.seed},
	{name: 'json', kind: 'boolean', help: 'as JSON', standard: false},
	...placementOptions,
	configOption,
];

interface Report {
	readonly checkpoint: string;
	readonly parameters: number;
	readonly matrix: Matrix;
	readonly sequences: number;
	readonly length: number;
	readonly loss: number;
	readonly eigenvalues: readonly RitzValue[];
	readonly least: RitzValue | undefined;
	readonly trace: Diagonal['trace'];
	readonly tensors: readonly TensorSummary[];
	readonly histogram: readonly Bin[];
}

interface TensorSummary {
	readonly name: string;
	/** Part of its diagonal that is negative. */
	readonly negative: number;
	/** At `parts`. */
	readonly quantiles: readonly number[];
}

const parts = [0, 0.05, 0.5, 0.95, 1];

/** Prints the eigenvalues, the trace and the diagonal, tensor by tensor, with a histogram. */
export async function curvature(path: string, settings: Settings, output: Output = process.stdout): Promise<void> {
	const {data, matrix = defaults.matrix, json} = settings as {data?: string; matrix?: Matrix; json?: boolean};
	if (data === undefined) {
		throw new UsageError('Expected `--data`, a directory that `sophia prepare` wrote');
	}
	const checkpoint = checkpointFile(path);
	using model = await Gpt2.load(checkpoint, placement(settings));
	const examples = await model.examples(Dataset.open(data), pick(settings, Object.keys(examplesDefaults)));
	const found = await measure(model, examples, oneOf('matrix', matrix, matrices), settings);
	const report = {checkpoint, parameters: parameterCount(model.config), matrix, ...found};
	output.write(json === true ? `${JSON.stringify(report, undefined, 2)}\n` : describe(report));
}

async function measure(model: Gpt2, examples: Examples, matrix: Matrix, settings: Settings) {
	const {eigenvalues = defaults.eigenvalues, steps = defaults.steps} = settings as Partial<typeof defaults>;
	const shown = count('eigenvalues', eigenvalues);
	const passes = pick(settings, ['batch', 'seed']);
	const multiply = async (u: Float32Array) =>
		matrix === 'hessian'
			? model.hessianVectorProduct(examples, u, passes)
			: model.gaussNewtonVectorProduct(examples, u, passes);
	const start = await model.probe({distribution: 'gaussian', ...pick(settings, ['seed'])});
	const {loss} = await multiply(start.values);
	const values = await lanczos(async (u) => (await multiply(u)).product.values, start.values, {steps});
	const {diagonal, trace} = await hessianDiagonal(model, examples, {
		...pick(settings, Object.keys(diagonalDefaults)),
		estimator: matrix === 'hessian' ? 'hutchinson' : 'gnb',
	});
	return {
		sequences: examples.tokens.length / examples.length,
		length: examples.length,
		loss,
		eigenvalues: values.slice(0, shown),
		least: values.at(-1),
		trace,
		tensors: diagonal.parameters.map(({name}) => summarize(name, diagonal.tensor(name))),
		histogram: decades(diagonal.values),
	};
}

function summarize(name: string, values: Float32Array): TensorSummary {
	const negative = values.reduce((sum, x) => sum + (x < 0 ? 1 : 0), 0) / values.length;
	return {name, negative, quantiles: quantiles(values, parts)};
}

const short = (x: number) => (Math.abs(x) < 1e-3 ? x.toExponential(1) : x.toPrecision(3)).padStart(10);

function describe(report: Report): string {
	const {checkpoint, parameters, sequences, length, loss, eigenvalues, least, trace} = report;
	const name = report.matrix === 'hessian' ? 'Hessian' : 'Gauss-Newton matrix';
	const eigen = ({value, error}: RitzValue) => `${short(value)}  ± ${error.toPrecision(1)}`;
	return [
		`${checkpoint}: ${parameters} parameters, loss ${loss.toFixed(4)} on ${sequences} sequences of ${length} tokens`,
		'',
		`Largest eigenvalues of the ${name}, by Lanczos' method`,
		...eigenvalues.map(eigen),
		'Least eigenvalue',
		...(least === undefined ? [] : [eigen(least)]),
		'',
		`Trace ${trace.mean.toPrecision(4)} ${spread(trace.error)}`,
		'',
		...table(report.tensors),
		'',
		...histogram(report.histogram),
		'',
	].join('\n');
}

const spread = (error: number) =>
	Number.isNaN(error) ? '(a single draw: no standard error)' : `± ${error.toPrecision(2)} (one standard error)`;

function table(tensors: readonly TensorSummary[]): string[] {
	const width = Math.max(...tensors.map(({name}) => name.length));
	const head = ['negative', 'least', '5 %', 'median', '95 %', 'largest'].map((text) => text.padStart(10)).join('');
	return [
		`${'Diagonal'.padEnd(width)}${head}`,
		...tensors.map(
			({name, negative, quantiles: numbers}) =>
				`${name.padEnd(width)}${`${(100 * negative).toFixed(0)} %`.padStart(10)}${numbers.map(short).join('')}`,
		),
	];
}

const barWidth = 40;

/** A line for every power of ten, negative numbers to the left. */
function histogram(bins: readonly Bin[]): string[] {
	const last = bins.findLastIndex(({negative, positive}) => negative + positive > 0);
	const most = Math.max(...bins.map(({negative, positive}) => Math.max(negative, positive)));
	const bar = (value: number) => '█'.repeat(Math.ceil((barWidth * value) / most));
	const line = ({low, high, negative, positive}: Bin) => {
		const size = low === 0 ? `below ${high.toExponential(0)}` : `${low.toExponential(0)} to ${high.toExponential(0)}`;
		return `${bar(negative).padStart(barWidth)} ${size.padStart(16)} ${bar(positive)}`.trimEnd();
	};
	const title = `${'negative'.padStart(barWidth)} ${'size'.padStart(16)} positive`;
	return [`Elements of the diagonal by size; the longest bar is ${most}`, title, ...bins.slice(0, last + 1).map(line)];
}
