/** `sophia-bench optimizers`: a step of each over GPT-2's tensors, against plain loops, copies and PyTorch. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {amountOf, commonOptions, countOf, pythonOf, secondsOf, standardThreads, wantedOf} from '../options';
import {digits, shown, type Race} from '../race';
import type {Column} from '../report';
import type {Spread} from '../statistics';
import {Trial, type Row} from '../trial';

/** What a fused pass reads and writes for each parameter, in bytes. */
const passes: readonly Pass[] = [
	{name: 'Sophia-G', optimizer: 'sophia-g', bytes: 24},
	{name: 'its Hessian', optimizer: 'hessian', bytes: 12},
	{name: 'AdamW', optimizer: 'adamw', bytes: 28},
	{name: 'Lion', optimizer: 'lion', bytes: 20},
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

export const optimizersOptions: readonly Option[] = [
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
	const rows = wantedOf(passes, settings).map((pass) => ({
		...pass,
		...rowOf(pass, pass.alone ? sizesOf(scale).map(() => 1) : sizesOf(scale), threads),
	}));
	using trial = new Trial('optimizers', settings);
	trial.expect(rows.length);
	trial.expectSome();
	const setting = {threads, isa: '', python: pythonOf(settings)};
	using team = await trial.team(setting, ['optimizer', 'copy', 'update']);
	if (team.members.some(({name}) => name in titles)) {
		trial.report.say(titlesNote);
	}
	trial.report.table(columns);
	try {
		for (const row of rows) {
			const race = await trial.race(team, row, seconds);
			tell(trial, row, race);
		}
	} finally {
		trial.end();
	}
}

/** The sizes of GPT-2's 148 tensors: two tables, twelve blocks of twelve, and the last norm. */
function sizesOf(scale: number): readonly number[] {
	const width = Math.max(1, Math.round(768 * Math.sqrt(scale)));
	const [table, places] = [50257, 1024].map((rows) => Math.ceil(rows * scale) * width);
	const norm = [width, width];
	const attention = [3 * width * width, 3 * width, width * width, width];
	const perceptron = [4 * width * width, 4 * width, 4 * width * width, width];
	const block = [...norm, ...attention, ...norm, ...perceptron];
	return [table ?? 0, places ?? 0, ...Array.from({length: 12}, () => block).flat(), ...norm];
}

function rowOf({name, optimizer}: Pass, sizes: readonly number[], threads: number): Row & {readonly elements: number} {
	const elements = sizes.reduce((sum, size) => sum + size, 0);
	const of = {kind: 'optimizer', optimizer, threads, elements, sizes: sizes.join(' ')};
	const cases: Readonly<Record<string, object>> = {
		copy: {kind: 'copy'},
		update: {kind: 'update'},
		'PyTorch fused': {optimizer: 'adamw', form: 'fused'},
	};
	const caseOf = (contender: string) => ({...of, form: 'foreach', ...cases[contender]});
	return {name: `${name}, ${(elements / 1e6).toFixed(1)} million`, elements, of, caseOf};
}

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

function tell(trial: Trial, row: Pass & Row & {readonly elements: number}, race: Race): void {
	const {name, optimizer, bytes, elements} = row;
	const ms = names.map((who) => digits(1e3 * (race.seconds(who) ?? NaN), 3));
	const rate = digits((bytes * elements) / 1e9 / (race.seconds('ours') ?? NaN), 0);
	const loop = race.speedup('ours', 'plain loop');
	trial.report.row([name, ...ms, rate, shown(loop), shown(race.share('ours', bytes, 'copy', copied))]);
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
	goal("per byte, against PyTorch's fused AdamW", race.share('ours', bytes, 'PyTorch fused', adamwBytes), 1);
}

const adamwBytes = 28;
