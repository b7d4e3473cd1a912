/** Tensors and optimizers attached to them in clumsy and in hostile hands: errors, and never the end of the process. */
import {join} from 'node:path';
import {AdamW} from '../../../lib/optimizers/adamw';
import {Device} from '../../../lib/device';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import type {NamedNumbers} from '../../../lib/optimizers/numbers';
import {temporaryDirectory} from '../temporary';
import {dist, start} from './setup';

const directory = temporaryDirectory();
const device = Device.cpu();
const ones = (size: number) => new Float32Array(size).fill(1);
const has = (part: string): string => expect.stringContaining(part) as string;
const failed = (code: string) => expect.objectContaining({code: `ERR_SOPHIA_${code}`}) as Error;
const wrong = (part: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: has(part)}) as Error;

/** Runs a program of the built package that collects garbage at its command. @returns what it printed */
async function program(text: string, environment = {}): Promise<string[]> {
	const head = `const {AdamW, Device, Lion, SophiaG, Tensor} = require(${JSON.stringify(join(dist, 'index.js'))});
		const device = Device.cpu(), ones = (size) => new Float32Array(size).fill(1);
		const outcome = (work) => { try { return String(work()); } catch ({code}) { return code; } };
		const rest = () => new Promise((resolve) => setTimeout(resolve, 20));`;
	const args = ['--expose-gc', '-e', `${head}(async () => {${text}})();`];
	const {code, signal, stdout, stderr} = await start(args, environment).ended;
	expect({code, signal, stderr}).toEqual({code: 0, signal: null, stderr: ''});
	return stdout.trim().split('\n');
}

describe('what is no list of tensors', () => {
	const state = new AdamW().attach({p: ones(3)});
	afterAll(() => state.dispose());

	test.each([
		['an array alone', ones(3), 'Expected `gradients` by name or in a list, got one alone'],
		['a tensor alone', device.zeros([3]), 'Expected `gradients` by name or in a list, got one alone'],
		['a Map', new Map([['p', ones(3)]]), 'Expected `gradients` to be an object of tensors, or an array of them'],
		['nothing', undefined, 'Expected `gradients` to be an object, got `undefined`'],
		['null', null, 'Expected `gradients` to be an object, got `null`'],
		['an empty object', {}, 'Expected `gradients.p` to be a Float32Array, got `undefined`'],
		['an empty list', [], 'Expected 1 gradients, got 0'],
		['numbers', [[1, 2, 3]], 'Expected `gradients.p` to be a Float32Array'],
		['another name', {q: ones(3)}, 'Expected gradients of the tensors that were attached, got `q`'],
		['a name that every object has', {toString: ones(3)}, 'got `toString`'],
		['another size', [ones(4)], 'Expected `gradients.p` to have 3 numbers, got 4'],
	])('is refused as gradients: %s', (_, gradients, message) => {
		state.step([ones(3)]); // so that there are last ones, which `undefined` must not stand for
		expect(() => state.step(gradients as unknown as NamedNumbers)).toThrow(wrong(message));
	});

	test.each([
		['an array alone', ones(3), 'Expected `params` by name or in a list, got one alone'],
		['a Map', new Map([['p', ones(3)]]), 'Expected `params` to be an object of tensors, or an array of them'],
		['a group of one array', [{params: ones(3)}], 'Expected `params` by name or in a list, got one alone'],
		['nothing at all', {}, 'Expected at least one tensor to attach to, got none'],
		['no groups', [], 'Expected at least one tensor to attach to, got none'],
	])('is refused as parameters: %s', (_, params, message) => {
		expect(() => new AdamW().attach(params as unknown as NamedNumbers)).toThrow(wrong(message));
	});

	test('has a device that is one', () => {
		const name = 'cpu' as unknown as Device;
		expect(() => new AdamW().attach([ones(2)], name)).toThrow(wrong('Expected `device` to be a Device, got `cpu`'));
		expect(() => device.zeros([2]).to(name)).toThrow(wrong('Expected `device` to be a Device, got `cpu`'));
	});
});

describe('numbers', () => {
	test.each([[[[1, 2]]], [['1']], [[null]], [[1n]]])('are not made of %p', (values) => {
		expect(() => device.from(values as unknown as number[])).toThrow(wrong('Expected numbers, got'));
		expect(() => device.from(values as unknown as number[], [1], {dtype: 'bf16'})).toThrow(wrong('Expected numbers'));
	});

	test('that fill a tensor are numbers', () => {
		using tensor = device.zeros([2]);
		expect(() => tensor.fill(undefined as unknown as number)).toThrow(wrong('Expected numbers, got `undefined`'));
		expect([...tensor.toArray()]).toEqual([0, 0]);
	});

	test('a single number has no rows', () => {
		expect(() => device.from([1], []).slice(0)).toThrow(wrong('Expected a tensor of one dimension or more'));
	});

	test('no array is wrapped that is none', () => {
		expect(() => device.wrap(undefined as unknown as Float32Array)).toThrow(wrong('got `undefined`'));
	});
});

describe('a tensor without numbers', () => {
	test('has a win rate that is a number', () => {
		using state = new SophiaG().attach([new Float32Array(0)]);
		expect(state.updateHessian([new Float32Array(0)], {tokens: 1})).toMatchObject({winRate: 0, negativeRate: 0});
		expect(state.step([new Float32Array(0)])).toMatchObject({winRate: 0, skipped: false});
	});
});

describe('calls of another thread', () => {
	const gradient = device.from(ones(1 << 16));

	test('keep their turn before those that come after', async () => {
		using state = new AdamW().attach([device.from(ones(1 << 16))]);
		const calls = [state.stepAsync([gradient]), state.stepAsync([gradient])];
		for (const call of [
			() => state.step([gradient]),
			() => state.bind([gradient]),
			() => state.setRates(0, {learningRate: 1}),
			() => (state.scale = 2),
		]) {
			expect(call).toThrow(failed('BUSY'));
		}
		await Promise.all(calls);
		expect(state.steps).toBe(2);
		expect(state.step([gradient]).skipped).toBe(false);
	});

	test('go on after one that failed', async () => {
		using state = new AdamW().attach([device.from(ones(1 << 16))]);
		const calls = [[gradient], [ones(2)], [gradient]].map((each) => state.stepAsync(each));
		const outcomes = await Promise.allSettled(calls);
		expect(outcomes.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		expect(state.steps).toBe(2);
	});
});

describe('a state', () => {
	test('may have tensors of any name, and its file pollutes no prototype', async () => {
		const names = ['__proto__', 'constructor', 'a/b', ''];
		const params = Object.fromEntries(names.map((name, i) => [name, ones(i + 1)]));
		using state = new AdamW().attach(params);
		state.step(params);
		const path = join(directory(), 'state.safetensors');
		await state.save(path);
		using other = new AdamW().attach(params);
		await other.restore(path);
		expect(other.state()).toEqual(state.state());
		expect([({} as Record<string, unknown>).momentum, Reflect.get(Object, 'momentum')]).toEqual([undefined, undefined]);
	});

	test('is counted in the memory of its device', () => {
		const own = Device.cpu({threads: 1});
		const state = new AdamW().attach([ones(1000)], own);
		expect(own.memory()).toMatchObject({used: 8 * 1000, blocks: 1});
		state.dispose();
		expect(own.memory()).toMatchObject({used: 0, peak: 8 * 1000, blocks: 0});
	});
});

describe('memory that somebody takes away', () => {
	test('ends in an error and not in the process', async () => {
		const lines = await program(`
			const size = 1 << 21;
			const take = ({buffer}) => { structuredClone(buffer, {transfer: [buffer]}); gc(); };
			class Lying extends Float32Array { get length() { return size; } }
			for (const wrap of [(p) => p, (p) => device.wrap(p)]) {
				const p = ones(size), g = ones(size), state = new AdamW().attach([wrap(p)]);
				state.step([g]);
				take(p), await rest();
				console.log(outcome(() => state.step([g]).skipped));
			}
			{
				const p = ones(size), g = ones(size), state = new AdamW().attach({p});
				state.step({p: g});
				console.log(outcome(() => state.step({get p() { take(p); return g; }})));
			}
			{
				const p = new Lying(size), state = new AdamW().attach({p}), g = ones(size);
				state.step([g]), take(p), await rest();
				console.log(outcome(() => state.step([g])));
			}
			{
				const a = Object.defineProperty(ones(size), 'byteLength', {value: 4 * size}), tensor = device.wrap(a);
				take(a), await rest();
				console.log(outcome(() => tensor.fill(3)));
			}
			{
				const buffer = new ArrayBuffer(4 * size, {maxByteLength: 8 * size}), p = new Float32Array(buffer, 0, size);
				const state = new AdamW().attach({p}), g = ones(size);
				state.step([g]), buffer.resize(4096);
				console.log(outcome(() => state.step([g])));
				buffer.resize(8 * size);
				console.log(outcome(() => state.step([g]).skipped));
			}`);
		const [wrongArgument, disposed] = ['ERR_SOPHIA_INVALID_ARGUMENT', 'ERR_SOPHIA_DISPOSED'];
		expect(lines).toEqual([wrongArgument, disposed, wrongArgument, wrongArgument, disposed, wrongArgument, 'false']);
	});

	test('is kept while another thread works on it', async () => {
		const lines = await program(`
			const size = 1 << 22, shared = () => new Float32Array(new SharedArrayBuffer(4 * size));
			const run = async () => {
				const state = new Lion().attach([shared()]);
				const call = state.stepAsync([shared()]);
				for (const end = performance.now() + 2; performance.now() < end;);
				state.dispose();
				return call.then(() => 'ok', ({code}) => code); // as the thread had begun or not
			};
			for (let i = 0; i < 3; i++) {
				const call = run();
				await new Promise((resolve) => setImmediate(resolve));
				gc(), gc();
				console.log(/^(ok|ERR_SOPHIA_DISPOSED)$/.test(await call));
			}`);
		expect(lines).toEqual(Array(3).fill('true'));
	});
});
