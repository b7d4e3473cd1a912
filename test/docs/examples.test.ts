/** Every `@example` of lib, run as it stands. */
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import ts from 'typescript';
import * as face from '../../lib/index';
import * as adapters from '../../lib/tfjs';
import {layers, tf} from '../lib/adapters/setup';
import {makeData, sentences, shape} from '../lib/integration/setup';
import {root} from './page';

const library = join(root, 'lib');

interface Example {
	readonly place: string;
	readonly code: string;
}

/** The first fenced block after every `@example` of a file, without its indentation. */
function examplesOf(path: string): Example[] {
	const text = readFileSync(path, 'utf8');
	return Array.from(
		text.matchAll(/^(\t*)@example\n\1```\n([^]*?)^\1```$/gm),
		({1: tabs = '', 2: code = '', index}) => ({
			place: `${relative(root, path)}:${text.slice(0, index).split('\n').length}`,
			code: code.replaceAll(new RegExp(`^${tabs}`, 'gm'), ''),
		}),
	);
}

const files = readdirSync(library, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.ts'));
const examples = files.sort().flatMap((name) => examplesOf(join(library, name)));

/** Runs what stands in an example; `scope` has the names that it takes for granted. */
async function run(code: string, scope: Readonly<Record<string, unknown>>): Promise<void> {
	const compilerOptions = {target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext};
	const source = `const example = async () => {${code}\n};`;
	const {outputText, diagnostics} = ts.transpileModule(source, {compilerOptions, reportDiagnostics: true});
	expect(diagnostics).toEqual([]);
	// eslint-disable-next-line @typescript-eslint/no-implied-eval
	const made = new Function(...Object.keys(scope), `${outputText}; return example;`) as Made;
	await made(...Object.values(scope))();
}

type Made = (...values: unknown[]) => () => Promise<void>;

/** The names in a file that are exported with an example in their docstring. */
function explained(path: string): string[] {
	const declaration = /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport (?:abstract |async )?(?:class|function\*?|const) (\w+)/g;
	const found = Array.from(readFileSync(path, 'utf8').matchAll(declaration));
	return found.flatMap(([, comment = '', name = '']) => (comment.includes('@example') ? [name] : []));
}

/** The package with small models and short runs, and the variables that examples do not make. */
async function makeScope() {
	const data = await makeData('.');
	const model = await face.Gpt2.create(shape, {seed: 5});
	const ones = (size: number) => new Float32Array(size).fill(1);
	const [weight, bias, weightGradient, biasGradient] = [ones(6), ones(2), ones(6), ones(2)];
	const write = jest.fn();
	return {
		...face,
		Gpt2: {create: (options: object) => face.Gpt2.create({...options, ...shape})},
		Trainer: class extends face.Trainer {
			constructor(options: face.TrainerOptions) {
				super({...options, steps: 2, batch: 2});
			}
		},
		...{
			data,
			model,
			weight,
			bias,
			weightGradient,
			biasGradient,
			device: face.Device.cpu(),
			gradients: [weightGradient],
		},
		examples: await model.examples(data, {sequences: 2}),
		state: new face.AdamW().attach([weight]),
		console: {log: write},
		process: {stdout: {write}},
	};
}

/** `sophia-native/tfjs` with a copy of tfjs, and a model of ten classes with its data. */
function tfjsScope() {
	const {dense} = layers.layers;
	const model = layers.sequential({layers: [dense({inputShape: [3], units: 10, activation: 'softmax'})]});
	return {...adapters, tf, model, images: tf.ones([8, 3]), labels: tf.oneHot([0, 1, 2, 3, 4, 5, 6, 7], 10)};
}

describe('the examples of the package', () => {
	const before = process.cwd();
	const directory = mkdtempSync(join(tmpdir(), 'sophia-'));
	let scope: Awaited<ReturnType<typeof makeScope>>;

	beforeAll(async () => {
		process.chdir(directory);
		writeFileSync('speeches.txt', sentences(2000));
		mkdirSync('run');
		scope = await makeScope();
	});
	afterAll(() => {
		scope.state.dispose();
		scope.model.dispose();
		process.chdir(before);
		rmSync(directory, {recursive: true});
	});

	test.each(examples)('run: $place', async ({code, place}) => {
		await run(code, place.startsWith('lib/tfjs') ? tfjsScope() : scope);
	});

	test('run: the trainer of your own in README.md', async () => {
		const [code = ''] =
			/import \{gnb, SophiaG\}[^]*?(?=^```$)/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
		const {weightGradient, biasGradient} = scope;
		const gradientAt = () => ({weight: weightGradient, bias: biasGradient});
		const model = {logits: new Float32Array(6), classes: 3, step: 1, gradientAt};
		await run(code.replace(/^import .*$/m, ''), {...scope, ...model});
		expect(scope.console.log).toHaveBeenLastCalledWith(expect.any(Number));
	});

	test('are there for every class, function and tokenizer that is exported', () => {
		const names = Object.entries({...face, ...adapters}).flatMap(([name, value]) =>
			Array.isArray(value) || value === face.layers ? [] : [name],
		);
		const found = new Set(files.flatMap((name) => explained(join(library, name))));
		expect(names.filter((name) => !found.has(name))).toEqual([]);
	});
});
