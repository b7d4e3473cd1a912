/** Optimizers of matrices and of several rules, attached to tensors and in a trainer. */
import {join} from 'node:path';
import {requiredMemory} from '../../../lib/memory';
import {native} from '../../../lib/native';
import {AdamMini} from '../../../lib/optimizers/adammini';
import {AdamW} from '../../../lib/optimizers/adamw';
import {Kron} from '../../../lib/optimizers/kron';
import {Mars} from '../../../lib/optimizers/mars';
import {Muon} from '../../../lib/optimizers/muon';
import type {Optimizer} from '../../../lib/optimizers/optimizer';
import {Scion} from '../../../lib/optimizers/scion';
import {Soap} from '../../../lib/optimizers/soap';
import {temporaryDirectory} from '../temporary';
import {follow, makeData, makeTrainer, shape} from './setup';

const directory = temporaryDirectory();

const optimizers: readonly Optimizer[] = [
	new Mars({learningRate: 0.02}),
	new Mars({learningRate: 0.02, clipping: 'global', vectors: 'mars'}),
	new AdamMini({learningRate: 0.02}),
	new Muon({learningRate: 0.02, adamw: {learningRate: 0.02}}),
	new Scion({learningRate: 0.01, radii: {matrix: 2, embedding: 10, vector: 1}}),
	new Scion({form: 'study', learningRate: 0.02, sign: {learningRate: 0.02}}),
	new Soap({learningRate: 0.02, preconditionEvery: 3}),
	new Soap({form: 'study', learningRate: 0.02, preconditionEvery: 2, block: 4}),
	new Kron({learningRate: 0.02, block: 4, flatStart: 10}),
];
const named = optimizers.map((optimizer) => [String(optimizer).slice(0, 60), optimizer] as const);

/** Numbers that look drawn. */
const waves = (count: number, phase: number) =>
	Float32Array.from({length: count}, (_, i) => Math.sin(3.7 * i * i + 1.3 * i + phase));

const [rows, columns] = [6, 5];
const shapes = {weight: [rows, columns], table: [7, 3]};

/** ½ ‖θ − wave‖², a little noisy, of a matrix, a table and a vector. */
function problem(optimizer: Optimizer, order: readonly string[] = ['weight', 'table', 'bias']) {
	const params = {weight: new Float32Array(rows * columns), table: new Float32Array(21), bias: new Float32Array(5)};
	const groups = order.map((name) => {
		const numbers = params[name as keyof typeof params];
		const own = name === 'bias' ? {} : {shapes: {[name]: shapes[name as keyof typeof shapes]}};
		return {
			params: {[name]: numbers},
			weightDecay: 0,
			...own,
			...(name === 'table' ? {role: 'embedding' as const} : {}),
		};
	});
	const state = optimizer.attach(groups);
	const goal = {weight: waves(rows * columns, 1), table: waves(21, 2), bias: waves(5, 3)};
	const slope = (name: keyof typeof params, step: number) =>
		params[name].map((x, i) => x - (goal[name][i] ?? 0) + 0.01 * Math.cos(i * i + step));
	const step = (number: number) =>
		state.step({weight: slope('weight', number), table: slope('table', number), bias: slope('bias', number)});
	const loss = () =>
		Object.entries(params).reduce((sum, [name, numbers]) => {
			const wanted = goal[name as keyof typeof goal];
			return sum + numbers.reduce((all, x, i) => all + (x - (wanted[i] ?? 0)) ** 2, 0);
		}, 0);
	return {params, state, step, loss};
}

describe.each(named)('%s, attached', (_, optimizer) => {
	test('descends', () => {
		const {step, loss} = problem(optimizer);
		const before = loss();
		for (let i = 0; i < 200; i++) step(i);
		expect(loss()).toBeLessThan(before / 4);
	});

	test('goes on to the bit from what it saved, in another order of groups', async () => {
		const one = problem(optimizer);
		for (let i = 0; i < 7; i++) one.step(i);
		const path = join(directory(), 'state.safetensors');
		await one.state.save(path);
		const other = problem(optimizer, ['bias', 'table', 'weight']);
		Object.entries(one.params).forEach(([name, numbers]) => other.params[name as 'bias'].set(numbers));
		await other.state.restore(path);
		for (let i = 7; i < 15; i++) [one, other].forEach(({step}) => step(i));
		const sumsInOneOrder = !(optimizer instanceof Mars && optimizer.clipping === 'global');
		const near = sumsInOneOrder ? 0 : 1e-5; // the norm of all is a sum in the order of the tensors
		for (const [name, numbers] of Object.entries(one.params)) {
			other.params[name as 'bias'].forEach((x, i) =>
				expect(Math.abs(x - (numbers[i] ?? NaN))).toBeLessThanOrEqual(near),
			);
		}
		expect(other.state.steps).toBe(15);
	});

	test('says who moves what, and what is kept of it', () => {
		const {state} = problem(optimizer);
		const kept = state.routing.reduce((sum, row) => sum + (row.state ?? NaN), 0);
		const numbers = state.routing.reduce((sum, row) => sum + row.numbers, 0);
		expect(state.bytesPerParameter).toBeCloseTo((4 * kept) / numbers, 9);
		expect(state.routing.map(({name, shape: sizes}) => [name, sizes])).toEqual([
			['weight', '6×5'],
			['table', '7×3'],
			['bias', '5'],
		]);
		expect(state.workspace).toBeGreaterThanOrEqual(0);
	});

	test('refuses the state of tensors that another rule moved', () => {
		const {state} = problem(optimizer);
		const saved = state.state();
		const {weight, ...others} = saved.tensors;
		const strange = {...weight, strange: new Float32Array(1)};
		expect(() => state.load({...saved, tensors: {...others, weight: strange}})).toThrow('got `strange`: another rule');
		expect(() => state.load({...saved, tensors: {...others, weight: {}}})).toThrow('saved.tensors.weight.momentum');
	});
});

describe('a matrix', () => {
	const optimizersOfMatrices = [
		new Muon(),
		new Soap({preconditionEvery: 2, learningRate: 0.01}),
		new AdamMini({learningRate: 0.01}),
	];

	/** What becomes of a matrix of zeros by gradients that are waves, in one layout or the other. */
	function moved(optimizer: Optimizer, outLast: boolean): Float32Array {
		const weight = new Float32Array(rows * columns);
		const at = (row: number, column: number) => (outLast ? column * rows + row : row * columns + column);
		const sizes = outLast ? [columns, rows] : [rows, columns];
		const state = optimizer.attach([{params: {weight}, shapes: {weight: sizes}, outLast, weightDecay: 0}]);
		for (let step = 0; step < 6; step++) {
			const gradient = new Float32Array(rows * columns);
			waves(rows * columns, step).forEach((x, i) => {
				gradient[at(Math.floor(i / columns), i % columns)] = x;
			});
			state.step([gradient]);
		}
		return weight.map((_, i) => weight[at(Math.floor(i / columns), i % columns)] ?? NaN);
	}

	test.each(optimizersOfMatrices.map((optimizer) => [optimizer.name, optimizer] as const))(
		'may be (out, in) or (in, out): %s moves it alike',
		(_, optimizer) => {
			const [first, last] = [false, true].map((outLast) => moved(optimizer, outLast));
			expect(Math.max(...(first ?? []).map(Math.abs))).toBeGreaterThan(1e-3);
			first?.forEach((x, i) => expect(Math.abs(x - (last?.[i] ?? NaN))).toBeLessThan(2e-5));
		},
	);

	test.each(optimizersOfMatrices.map((optimizer) => [optimizer.name, optimizer] as const))(
		'may be a part of a joint one: %s moves it as if it lay alone',
		(_, optimizer) => {
			const [inputs, outputs] = [6, 4];
			const joint = new Float32Array(inputs * 3 * outputs);
			const alone = ['q', 'k', 'v'].map((name) => [name, new Float32Array(inputs * outputs)] as const);
			const parts = Object.fromEntries(alone);
			const common = {outLast: true, weightDecay: 0};
			const one = optimizer.attach([{params: {joint}, shapes: {joint: [inputs, 3 * outputs]}, parts: 3, ...common}]);
			const three = optimizer.attach([
				{params: parts, shapes: {q: [inputs, outputs], k: [inputs, outputs], v: [inputs, outputs]}, ...common},
			]);
			const cut = (numbers: Float32Array, part: number) =>
				Float32Array.from({length: inputs * outputs}, (_, i) => {
					const [row, column] = [Math.floor(i / outputs), i % outputs];
					return numbers[row * 3 * outputs + part * outputs + column] ?? NaN;
				});
			for (let step = 0; step < 6; step++) {
				const gradient = waves(joint.length, step);
				one.step([gradient]);
				three.step([0, 1, 2].map((part) => cut(gradient, part)));
			}
			alone.forEach(([, numbers], part) => {
				cut(joint, part).forEach((x, i) => expect(Math.abs(x - (numbers[i] ?? NaN))).toBeLessThan(1e-6));
			});
		},
	);

	test('has one second moment for a head, and keeps so many numbers', () => {
		const weight = new Float32Array(6 * 12);
		const state = new AdamMini().attach([{params: {weight}, shapes: {weight: [6, 12]}, heads: 2}]);
		expect(state.routing).toMatchObject([{state: 72 + 2}]);
		state.step([waves(72, 1)]);
		const {variance = new Float32Array()} = state.state().tensors.weight ?? {};
		const mean = (first: number) =>
			(0.05 *
				waves(72, 1)
					.slice(first, first + 36)
					.reduce((sum, x) => sum + x * x, 0)) /
			36;
		expect([...variance]).toEqual([mean(0), mean(36)].map((x): unknown => expect.closeTo(x, 6)));
	});
});

describe('a group', () => {
	test('gets other rates of the rule that is named', () => {
		const bias = Float32Array.of(1, 1);
		const state = new Muon({adamw: {learningRate: 0.5, weightDecay: 1}}).attach({bias});
		state.step([new Float32Array(2)]);
		expect([...bias]).toEqual([0.5, 0.5]);
		state.setRates(0, {adamw: {learningRate: 1, weightDecay: 0.5}});
		state.step([new Float32Array(2)]);
		expect([...bias]).toEqual([0.25, 0.25]);
	});
});

describe('a trainer', () => {
	test.each(named)('of %s learns, tells who moves what, and takes the memory that was said', async (_, optimizer) => {
		const data = await makeData(directory());
		using trainer = await makeTrainer(data, optimizer, {steps: 16, schedule: {warmup: 3}});
		using model = trainer.model;
		const before = await model.evaluate(data, {batches: 10});
		await follow(trainer);
		expect((await model.evaluate(data, {batches: 10})).loss).toBeLessThan(before.loss - 0.2);
		expect(trainer.routing.map(({name}) => name)).toEqual(model.parameters().map(({name}) => name));
		const {optimizer: state, workspace} = model.memory();
		const said = requiredMemory({model: shape, optimizer, batch: 4});
		expect({state: said.optimizer, workspace: said.workspace}).toEqual({state, workspace});
		expect(Object.values(said.state).reduce((a, b) => a + b)).toBe(state);
	});

	test('decays gains where all tensors decay, and else leaves them', async () => {
		const data = await makeData(directory());
		const gains = async (decay: 'all' | 'matrices+embeddings') => {
			const optimizer = new AdamW({learningRate: 0.1, weightDecay: 0.5, decay});
			using trainer = await makeTrainer(data, optimizer, {steps: 1, schedule: {kind: 'constant', warmup: 0}});
			using model = trainer.model;
			await follow(trainer);
			return model.read('ln_f.weight');
		};
		const [all, others] = [await gains('all'), await gains('matrices+embeddings')];
		all.forEach((gain, i) => expect(gain - (others[i] ?? NaN)).toBeCloseTo(-0.05, 6)); // 1 − ηλ of the gain 1
	});
});

test('every formula that an optimizer may use is in the registry', () => {
	expect(native().optimizers.map(({name}) => name)).toEqual(expect.arrayContaining(['muon', 'rms-momentum', 'kron']));
});
