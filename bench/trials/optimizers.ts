/** `sophia-bench optimizers`: a step of each over GPT-2's tensors, its part of a training step, and Muon's iteration. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {amountOf, commonOptions, countOf, listOf, pythonOf, secondsOf, standardThreads, wantedOf} from '../options';
import {digits, shown, type Race} from '../race';
import type {Column} from '../report';
import type {Setting} from '../rivals/rival';
import type {Spread} from '../statistics';
import {Trial, type Row} from '../trial';
import {orthogonalPart} from './orthogonal';
import {sharesPart} from './shares';

/** What a step reads and writes for each parameter, in bytes; masks, norms and means of squares are a pass of their own. */
const passes: readonly Pass[] = [
	{name: 'Sophia-G', optimizer: 'sophia-g', bytes: 24},
	{name: 'its Hessian', optimizer: 'hessian', bytes: 12},
	{name: 'AdamW', optimizer: 'adamw', bytes: 28},
	{name: 'Lion', optimizer: 'lion', bytes: 20},
	{name: 'SGD', optimizer: 'sgd', bytes: 20},
	{name: 'NAdamW', optimizer: 'nadamw', bytes: 28},
	{name: 'Cautious AdamW', optimizer: 'cautious-adamw', bytes: 40},
	{name: 'Cautious Lion', optimizer: 'cautious-lion', bytes: 28},
	{name: 'MARS', optimizer: 'mars', bytes: 44},
	{name: 'Adam-mini', optimizer: 'adam-mini', bytes: 24},
	{name: 'the call alone', optimizer: 'sophia-g', bytes: 24, alone: true},
];

interface Pass {
	readonly name: string;
	readonly optimizer: string;
	readonly bytes: number;
	/** Every tensor has one number: what is left is the call. */
	readonly alone?: boolean;
}

/** A copy reads 4 bytes and writes 4, and so does an update in place. */
const copied = 8;

const standard = {scale: 1, seconds: 0.1};

/** What is measured of optimizers. */
const parts = ['passes', 'newton-schulz', 'shares'] as const;

export const optimizersOptions: readonly Option[] = [
	{name: 'parts', kind: 'string', help: 'what to measure, with commas', standard: parts.join()},
	{name: 'threads', kind: 'number', help: 'how many', standard: 'all'},
	{name: 'scale', kind: 'number', help: "parameters, in parts of GPT-2's 124 million", standard: standard.scale},
	{name: 'seconds', kind: 'number', help: 'of a turn, at least', standard: standard.seconds},
	...commonOptions,
];

/** Measures every optimizer, and tells what is reached of goal 4. */
export async function optimizers(settings: Settings): Promise<void> {
	const threads = countOf(settings, 'threads', standardThreads().at(-1) ?? 1);
	const scale = amountOf(settings, 'scale', standard.scale);
	if (scale > 1) {
		throw new UsageError(`Expected \`--scale\` to be at most 1, got \`${scale}\``);
	}
	const seconds = secondsOf(settings, standard.seconds);
	const wanted = listOf(settings, 'parts', parts, parts);
	const rows = wantedOf(passes, settings).map((pass) => rowOf(pass, scale, threads));
	using trial = new Trial('optimizers', settings);
	const setting = {threads, isa: '', python: pythonOf(settings)};
	try {
		if (wanted.includes('passes') && trial.expect(rows.length) > 0) {
			await passesPart(trial, rows, setting, seconds);
		}
		if (wanted.includes('newton-schulz')) {
			await orthogonalPart(trial, setting, seconds);
		}
		if (wanted.includes('shares')) {
			await sharesPart(trial, setting, seconds);
		}
		trial.expectSome();
	} finally {
		trial.end();
	}
}

async function passesPart(trial: Trial, rows: readonly Passing[], setting: Setting, seconds: number): Promise<void> {
	using team = await trial.team(setting, ['optimizer', 'copy', 'update']);
	if (team.members.some(({name}) => name in titles)) {
		trial.report.say(titlesNote);
	}
	trial.report.table(columns);
	for (const row of rows) {
		tell(trial, row, await trial.race(team, row, seconds));
	}
}

/** The shapes of GPT-2's 148 tensors: two tables, twelve blocks of twelve, and the last norm. */
function shapesOf(scale: number): readonly (readonly number[])[] {
	const width = Math.max(1, Math.round(768 * Math.sqrt(scale)));
	const tables = [50257, 1024].map((rows) => [Math.ceil(rows * scale), width]);
	const norm = [[width], [width]];
	const linear = (input: number, output: number) => [[input, output], [output]];
	const attention = [...linear(width, 3 * width), ...linear(width, width)];
	const perceptron = [...linear(width, 4 * width), ...linear(4 * width, width)];
	const block = [...norm, ...attention, ...norm, ...perceptron];
	return [...tables, ...Array.from({length: 12}, () => block).flat(), ...norm];
}

const product = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);

/** A row of a pass. */
type Passing = Pass & Row & {readonly elements: number};

function rowOf(pass: Pass, scale: number, threads: number): Passing {
	const {name, optimizer, alone = false} = pass;
	const shapes = shapesOf(scale).map((shape) => (alone ? [1] : shape));
	const sizes = shapes.map(product);
	const elements = sizes.reduce((sum, size) => sum + size, 0);
	const of = {kind: 'optimizer', optimizer, threads, elements, sizes: sizes.join(' ')};
	const cases: Readonly<Record<string, object>> = {
		ours: {sizes: shapes.map((shape) => shape.join('x')).join(' ')},
		copy: {kind: 'copy'},
		update: {kind: 'update'},
		'PyTorch fused': {optimizer: 'adamw', form: 'fused'},
	};
	const caseOf = (contender: string) =>
		contender in cases || known.includes(optimizer) ? {...of, form: 'foreach', ...cases[contender]} : undefined;
	return {...pass, name: `${name}, ${(elements / 1e6).toFixed(1)} million`, elements, of, caseOf};
}

/** What some rival has beside ours. */
const known: readonly string[] = ['sophia-g', 'hessian', 'adamw', 'lion'];

const names = [
	'ours',
	'plain loop',
	'copy',
	'update',
	'PyTorch',
	'PyTorch tuned',
	'PyTorch fused',
	'tfjs',
	'tfjs wasm',
	'tfjs node',
];

/** What PyTorch is asked for: its AdamW over lists of tensors, or Sophia-G as its authors' class computes it. */
const titles: Readonly<Record<string, string>> = {
	PyTorch: 'foreach/class',
	'PyTorch tuned': 'tuned foreach/class',
	'PyTorch fused': 'fused AdamW',
};

const titlesNote =
	"PyTorch: its AdamW with foreach, or Sophia-G as its authors' class computes it; the fused AdamW beside every row";

const columns: readonly Column[] = [
	{title: 'step, ms', width: 28, left: true},
	...names.map((name) => {
		const title = titles[name] ?? name;
		return {title, width: Math.max(8, title.length)};
	}),
	{title: 'GB/s', width: 6},
	{title: 'of the plain loop', width: 18},
	{title: 'of a copy, per byte', width: 19},
];

function tell(trial: Trial, row: Passing, race: Race): void {
	const {name, optimizer, bytes, elements} = row;
	const ms = names.map((who) => digits(1e3 * (race.seconds(who) ?? NaN), 3));
	const rate = digits((bytes * elements) / 1e9 / (race.seconds('ours') ?? NaN), 0);
	const loop = race.speedup('ours', 'plain loop');
	const ofCopy = race.share('ours', bytes, 'copy', copied);
	trial.report.row([name, ...ms, rate, shown(loop), shown(ofCopy)]);
	trial.tellReasons(race);
	if (row.alone) {
		return;
	}
	const goal = (what: string, spread: Spread | undefined, wanted: number) =>
		trial.goal({what: `4: ${name}, ${what}`, measured: spread?.middle ?? NaN, wanted});
	if (optimizer === 'sophia-g' || optimizer === 'hessian') {
		const time = race.speedup('plain loop', 'ours');
		trial.goal({what: `4: ${name}, time in plain loops`, measured: time?.middle ?? NaN, wanted: 1.1, atMost: true});
	}
	if (optimizer === 'sophia-g') {
		goal('against the official class', race.speedup('ours', 'PyTorch'), 8);
		goal('against the official class, malloc tuned', race.speedup('ours', 'PyTorch tuned'), 4);
	}
	if (optimizer !== 'hessian') {
		goal('per byte, against a copy', ofCopy, bandwidth);
	}
	goal("per byte, against PyTorch's fused AdamW", race.share('ours', bytes, 'PyTorch fused', adamwBytes), 1);
}

const adamwBytes = 28;

/** What a step is to reach of what a copy does. */
const bandwidth = 0.9;
