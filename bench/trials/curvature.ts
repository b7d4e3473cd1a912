/** What a Hessian-vector product costs: in gradients of the same batch, and against differentiating twice in PyTorch. */
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Gpt2} from 'sophia-native';
import {chooseRivals, renamed, wantedOf} from '../options';
import {digits, shown, type Race} from '../race';
import {rivals} from '../rivals/index';
import type {Trial} from '../trial';
import {fourLayers, sixLayers, type Model} from './models';
import type {Course} from './step';

const models: readonly Model[] = [
	{...sixLayers, batch: 4, name: 'product, 6×384, B4 T256'},
	{...fourLayers, name: 'product, 4×128, B12 T64'},
];

/** What each computes; `of` is the contender. */
const works = [
	{name: 'gradient', of: 'ours', what: 'gradient'},
	{name: 'product', of: 'ours', what: 'product'},
	{name: 'Gauss-Newton product', of: 'ours', what: 'gaussNewton'},
	{name: 'PyTorch, gradient', of: 'PyTorch', what: 'gradient'},
	{name: 'PyTorch, product', of: 'PyTorch', what: 'product'},
	{name: 'PyTorch tuned, product', of: 'PyTorch tuned', what: 'product'},
];

/** The same weights, tokens and vector for everybody, in a folder. */
export async function curvaturePart({trial, setting, seconds}: Course): Promise<void> {
	const rows = wantedOf(models, trial.settings);
	trial.expect(rows.length);
	const known = chooseRivals(rivals, trial.settings);
	const able = works.flatMap(({name, of}) =>
		known.filter((rival) => rival.name === of).flatMap((rival) => renamed(rival, [name])),
	);
	const folder = join(trial.folder, 'curvature');
	for (const model of rows) {
		rmSync(folder, {recursive: true, force: true}); // what another row's contenders left is nobody's result here
		mkdirSync(folder);
		const order = await write(model, folder);
		using team = await trial.start(setting, able);
		const {name, ...shape} = model;
		const of = {...shape, kind: 'curvature', threads: setting.threads, folder, order};
		const caseOf = (who: string) => ({...of, what: works.find((work) => work.name === who)?.what ?? 'gradient'});
		tell(trial, await trial.race(team, {name, of, caseOf}, seconds), folder);
	}
}

/** Writes what everybody reads. @returns the names of the parameters, in the vector's order */
async function write({batch, length, layers, heads, width, vocabulary}: Model, folder: string): Promise<string> {
	using model = await Gpt2.create({layers, heads, width, vocabulary, context: length}, {device: 'cpu', seed: 1});
	let state = 1;
	const token = () => (state = (state * 48271) % 2147483647) % vocabulary;
	const tokens = () => Int32Array.from({length: batch * length}, token);
	await model.save(join(folder, 'model.safetensors'));
	const vector = await model.probe({seed: 2});
	for (const [name, values] of Object.entries({tokens: tokens(), targets: tokens(), vector: vector.values})) {
		writeFileSync(join(folder, name), values);
	}
	return model
		.parameters()
		.map(({name}) => name)
		.join(' ');
}

function tell(trial: Trial, race: Race, folder: string): void {
	const {report} = trial;
	const {name} = race;
	report.say(`\n${name}: a gradient takes ${digits(1e3 * (race.seconds('gradient') ?? NaN), 1)} ms`);
	const line = (what: string, who: string, other: string) =>
		report.say(`  ${what.padEnd(44)} ${shown(race.speedup(other, who))}`);
	line('Hessian product, in gradients', 'product', 'gradient');
	line('Gauss-Newton product, in gradients', 'Gauss-Newton product', 'gradient');
	line("PyTorch's product, in its gradients", 'PyTorch, product', 'PyTorch, gradient');
	line("PyTorch's gradient over ours", 'PyTorch, gradient', 'gradient');
	line("PyTorch's product over ours", 'PyTorch, product', 'product');
	line("PyTorch's product, tuned, over ours", 'PyTorch tuned, product', 'product');
	const memory = race.outcomes.get('product')?.facts.memory ?? NaN;
	report.say(`  ${'memory of a product, in arenas of a gradient'.padEnd(44)} ${digits(memory, 3)}`);
	report.say(`  ${"‖Hu − PyTorch's‖ / ‖Hu‖".padEnd(44)} ${distance(folder).toExponential(1)}`);
	trial.tellReasons(race);
	const goal = (what: string, measured: number | undefined, wanted: number, atMost = false) =>
		trial.goal({what: `8: ${what}, ${name}`, measured: measured ?? NaN, wanted, atMost});
	goal('Hessian product, in gradients', race.speedup('gradient', 'product')?.middle, 3, true);
	goal("against PyTorch's", race.speedup('product', 'PyTorch, product')?.middle, 2.2);
	goal("against PyTorch's, tuned", race.speedup('product', 'PyTorch tuned, product')?.middle, 1.3);
	goal('memory of a product, in arenas of a gradient', memory, 2, true);
}

/** Of our product and PyTorch's, relative; NaN where one is missing. */
function distance(folder: string): number {
	const paths = ['product', 'product of stock'].map((name) => join(folder, name));
	if (!paths.every((path) => existsSync(path))) {
		return NaN;
	}
	const [own, theirs] = paths.map((path) => new Float32Array(new Uint8Array(readFileSync(path)).buffer));
	const norm = (f: (x: number, i: number) => number) =>
		Math.sqrt((own ?? new Float32Array()).reduce((sum, x, i) => sum + f(x, i) ** 2, 0));
	return norm((x, i) => x - (theirs?.[i] ?? NaN)) / norm((x) => x);
}
