import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Contender} from '../../bench/contender';
import {curvature} from '../../bench/ours/curvature';
import {layer} from '../../bench/ours/layer';
import {makeOptimizer} from '../../bench/ours/make';
import {optimizer} from '../../bench/ours/optimizer';
import {product} from '../../bench/ours/product';
import {step} from '../../bench/ours/step';
import type {Case, Work} from '../../bench/protocol';
import {ours} from '../../bench/rivals/ours';
import {Gpt2} from '../../lib/gpt2';
import {AdamW} from '../../lib/optimizers/adamw';
import {optimizerNames} from '../../lib/optimizers/index';
import {Soap} from '../../lib/optimizers/soap';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sophia bench-'))));
afterAll(() => rmSync(folder, {recursive: true}));

/** Takes a turn, and returns what was said of the case. */
async function tried(work: Work): Promise<NonNullable<Work['facts']>> {
	const {seconds = 0, count = 0} = await work.turn(1e-4);
	expect(seconds).toBeGreaterThan(0);
	expect(count).toBeGreaterThanOrEqual(1);
	work.dispose?.();
	return work.facts ?? {};
}

/** As contender.h has it: element i of the left or the right operand. */
const element = (i: number, which: number) => (((i * (which === 0 ? 17 : 29)) % 1009) - 504) / 1009;
const dot = (count: number, a: (i: number) => number, b: (i: number) => number) =>
	Array.from({length: count}, (_, i) => element(a(i), 0) * element(b(i), 1)).reduce((x, y) => x + y, 0);

test.each([
	// x is (5, 7), the weight (7, 3), y (5, 3)
	[
		'y',
		dot(
			7,
			(i) => i,
			(i) => 3 * i,
		),
		dot(
			7,
			(i) => 28 + i,
			(i) => 3 * i + 2,
		),
	],
	[
		'dx',
		dot(
			3,
			(i) => i,
			(i) => i,
		),
		dot(
			3,
			(i) => 12 + i,
			(i) => 18 + i,
		),
	],
	[
		'dw',
		dot(
			5,
			(i) => 7 * i,
			(i) => 3 * i,
		),
		dot(
			5,
			(i) => 7 * i + 6,
			(i) => 3 * i + 2,
		),
	],
])('the product %s is the product, of the numbers that every contender has', async (which, first, last) => {
	const of = {kind: 'product', rows: 5, in: 7, out: 3, product: which, dtype: 'float32', threads: 2};
	const facts = await tried(product(of));
	expect(facts.first).toBeCloseTo(first, 5);
	expect(facts.last).toBeCloseTo(last, 5);
	expect(facts.overhead).toBeGreaterThan(0);
});

test.each([...optimizerNames, 'hessian'])('a step of %s, of matrices and vectors', async (name) => {
	await tried(optimizer({kind: 'optimizer', optimizer: name, sizes: '3x4 70 1', threads: 1}));
});

test('an optimizer of a case has its options, and one that is not there is refused', () => {
	const soap = makeOptimizer({kind: 'step', optimizer: 'soap', options: '{"block":256}'}, {preconditionEvery: 5});
	expect(soap.equals(new Soap({block: 256, preconditionEvery: 5}))).toBe(true);
	expect(makeOptimizer({kind: 'step'}).equals(new AdamW())).toBe(true);
	expect(() => makeOptimizer({kind: 'step', optimizer: 'adagrad'})).toThrow('there is no optimizer adagrad');
});

const sizes = {rows: 12, channels: 6, heads: 2, length: 4, threads: 2};

test.each(['attention', 'layernorm', 'gelu', 'residual', 'crossentropy'])('both passes of %s', async (name) => {
	await tried(layer({kind: 'layer', layer: name, pass: 'forward', ...sizes}));
	await tried(layer({kind: 'layer', layer: name, pass: 'backward', ...sizes}));
	expect(() => layer({kind: 'layer', layer: `no ${name}`, pass: 'forward', ...sizes})).toThrow('there is no layer no');
});

const model = {layers: 1, heads: 2, width: 16, vocabulary: 256, batch: 2, length: 8, threads: 1};

test('training steps: whole cycles, with the loss, the parameters and the operations of the model', async () => {
	const of = {kind: 'step', ...model, dtype: 'float32', folder, optimizer: 'sophia-g', timing: 'before', cycle: 3};
	const work = await step(of);
	expect(work.facts?.loss).toBeCloseTo(Math.log(256), 0);
	expect(work.facts?.parameters).toBe(256 * 16 + 8 * 16 + 12 * 16 ** 2 + 13 * 16 + 2 * 16);
	const multiplied = (work.facts?.parameters ?? 0) - 8 * 16; // by every token: the places are added
	expect((work.facts?.operations ?? 0) / 16).toBeCloseTo(6 * multiplied + 6 * model.layers * 16 * 8, 3);
	const {seconds = 0, count = 1, own = NaN} = await work.turn(1e-6);
	expect(count % 3).toBe(0);
	expect([own > 0, own < seconds]).toEqual([true, true]);
	await tried(work);
	await expect(step({...of, optimizer: 'adagrad'})).rejects.toThrow('there is no optimizer adagrad');
});

test('gradients and products, which leave their result', async () => {
	const {batch, length, threads, ...shape} = model;
	const made = await Gpt2.create({...shape, context: length}, {seed: 1, threads});
	await made.save(join(folder, 'model.safetensors'));
	const tokens = Int32Array.from({length: batch * length}, (_, i) => i);
	const vector = (await made.probe({seed: 2})).values;
	Object.entries({tokens, targets: tokens, vector}).forEach(([name, values]) =>
		writeFileSync(join(folder, name), values),
	);
	made.dispose();
	const of: Case = {kind: 'curvature', ...model, folder};
	expect((await tried(await curvature({...of, what: 'gradient'}))).memory).toBe(1);
	expect((await tried(await curvature({...of, what: 'product'}))).memory).toBeCloseTo(2, 1);
});

test('the process refuses what there is not, in words, and goes on', async () => {
	const launch = await ours.launch({threads: 1, isa: '', python: ''});
	if ('missing' in launch) throw new Error(launch.missing);
	using contender = new Contender('ours', launch);
	expect(await contender.ask({ask: 'describe'}, 60)).toEqual({name: 'sophia-native'});
	expect(await contender.ask({ask: 'prepare', kind: 'nonsense'}, 60)).toEqual({refused: 'there is no nonsense'});
	expect(await contender.ask({ask: 'turn', seconds: 1}, 60)).toEqual({refused: 'nothing is prepared'});
	const of = {kind: 'product', rows: 4, in: 4, out: 4, product: 'y', dtype: 'float32', threads: 1};
	expect((await contender.ask({ask: 'prepare', ...of, in: -1}, 60)).refused).toMatch(/^Expected /);
	expect((await contender.ask({ask: 'prepare', ...of}, 60)).ready).toBe(true);
});
