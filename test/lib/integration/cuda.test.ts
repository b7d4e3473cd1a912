/** Device `cuda` end to end, on the emulated GPU: in processes of their own, since an addon is chosen as it is loaded. */
import {join} from 'node:path';
import {temporaryDirectory} from '../temporary';
import {dist, makeData, start} from './setup';

const directory = temporaryDirectory();
const emulated = {SOPHIA_NATIVE: join(__dirname, '../../../build/tests/sophia_emulated.node'), SOPHIA_DEVICE: ''};

beforeEach(async () => {
	await makeData(directory());
});

async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
	const {code, stdout, stderr} = await start(args, {...emulated, ...environment}).ended;
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	return stdout;
}

/** What a program over the package gives back; `train` and `attempt` are at its hand. */
async function program<T>(body: string, environment: Readonly<Record<string, string>> = {}): Promise<T> {
	const source = `
		const {AdamW, Dataset, Gpt2, Lion, Sgd, SophiaG, SophiaH, Trainer, devices} = require(${JSON.stringify(dist)});
		const data = Dataset.open(${JSON.stringify(join(directory(), 'data'))});
		const shape = {layers: 2, heads: 2, width: 24, context: 16, vocabulary: 256, dropout: 0.1};
		async function train(optimizer, placement, options = {}) {
			const model = await Gpt2.create(shape, {seed: 5, ...placement});
			const plan = {steps: 10, batch: 2, accumulation: 2, schedule: {warmup: 2}, ...options};
			const trainer = new Trainer({model, optimizer, data, ...plan});
			const losses = [];
			for await (const {loss} of trainer.run()) losses.push(loss);
			return losses;
		}
		const attempt = (work) => work().then(() => 'done', ({code, message}) => [code, message].join(' '));
		(async () => {${body}})().then((result) => console.log(JSON.stringify(result)));
	`;
	return JSON.parse(await run(['-e', source], environment)) as T;
}

describe('on cuda', () => {
	test.each(['AdamW', 'Lion', 'Sgd', 'SophiaG', 'SophiaH'])('%s trains as on the CPU', async (name) => {
		const losses = await program<number[][]>(
			`return [await train(new ${name}(), {device: 'cuda'}), await train(new ${name}(), {device: 'cpu'})];`,
		);
		const [gpu = [], cpu = []] = losses;
		expect(gpu).toHaveLength(10);
		gpu.forEach((loss, i) => expect(loss).toBeCloseTo(cpu[i] ?? NaN, 4));
		expect(gpu[9]).toBeLessThan(gpu[0] ?? NaN);
	});

	test('the same seed trains the same bits, on every GPU, and auto takes the first', async () => {
		const body = `
			const places = [{device: 'cuda'}, {device: 'cuda:1'}, {}, {device: 'cuda', recompute: true}];
			return Promise.all(places.map((place) => train(new SophiaG(), place)));`;
		const [first, ...others] = await program<number[][]>(body, {SOPHIA_EMULATOR_DEVICES: '2'});
		others.forEach((losses) => expect(losses).toEqual(first));
	});

	test('bfloat16 trains as float32 does, as on the CPU, and goes on as it was', async () => {
		const body = `
			const directory = ${JSON.stringify(join(directory(), 'run'))};
			const half = await train(new AdamW(), {device: 'cuda', dtype: 'bfloat16'}, {directory, steps: 6});
			const full = await train(new AdamW(), {device: 'cuda'}, {steps: 6});
			const resumed = await Trainer.resume(directory, {steps: 7});
			const onCpu = await train(new AdamW(), {device: 'cpu', dtype: 'bfloat16'}, {steps: 6});
			return [half, full, onCpu, resumed.model.dtype];`;
		const [half, full, onCpu, dtype] = await program<[number[], number[], number[], string]>(body);
		half.forEach((loss, i) => expect(loss).toBeCloseTo(full[i] ?? NaN, 1));
		half.forEach((loss, i) => expect(loss).toBeCloseTo(onCpu[i] ?? NaN, 2));
		expect(half).not.toEqual(full);
		expect(dtype).toBe('bfloat16');
	});

	test('layers compute in bf16 there, and products of a Hessian as on the CPU', async () => {
		const body = `
			const {Device, layers} = require(${JSON.stringify(dist)});
			const linear = (device, dtype, direction) => {
				const tensor = (numbers, shape) => device.from(numbers, shape, {dtype});
				const weight = tensor([1, 2, 3, 4, 5, 6], [3, 2]);
				const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
				const inputs = {x, weight: direction ? weight.withTangent(tensor(direction, [3, 2])) : weight};
				const {y} = layers.linear.forward(inputs);
				const active = layers.gelu.forward({x: y});
				const {dx: dy} = layers.gelu.backward({x: y, dy: active.y});
				const {dx, dweight} = layers.linear.backward({...inputs, dy});
				return [dx.dtype, dweight.dtype, ...(dweight.tangent ?? dweight).toArray()];
			};
			const [gpu, cpu, u] = [Device.cuda(), Device.cpu(), [1, 0, -1, 2, 0, 1]];
			const refused = await attempt(async () => linear(gpu, 'bf16', u));
			return [linear(gpu, 'bf16'), linear(cpu, 'bf16'), linear(gpu, 'f32', u), linear(cpu, 'f32', u), refused];`;
		const [halves = [], onCpuHalves = [], onGpu = [], onCpu = [], refused] = await program<(string | number)[][]>(body);
		expect(halves.slice(0, 2)).toEqual(['bf16', 'f32']);
		const close = (got: readonly unknown[], want: readonly unknown[], digits: number) => {
			want.slice(2).forEach((x, i) => expect(Number(got[i + 2]) / Number(x)).toBeCloseTo(1, digits));
		};
		close(halves, onCpuHalves, 2);
		close(onGpu, onCpu, 5);
		expect(refused).toContain('tangents are not computed in bf16');
	});

	test('memory that is used up is ERR_SOPHIA_OUT_OF_MEMORY, and a smaller batch fits', async () => {
		const body = `return [
			await attempt(() => train(new AdamW(), {device: 'cuda'}, {batch: 512})),
			await attempt(() => train(new AdamW(), {device: 'cuda'}, {batch: 1})),
		];`;
		const [large, small] = await program<string[]>(body, {SOPHIA_EMULATOR_MEMORY: '4000000'});
		expect(large).toMatch(/^ERR_SOPHIA_OUT_OF_MEMORY .*cudaErrorMemoryAllocation/);
		expect(small).toBe('done');
	});

	test.each([
		['a launch that fails', 'FAIL_LAUNCH', 'cudaErrorLaunchOutOfResources'],
		['a kernel that touches what it must not', 'FAULT_KERNEL', 'cudaErrorIllegalAddress'],
	])('%s is ERR_SOPHIA_DEVICE, and the process goes on', async (_, variable, words) => {
		const body = `return [
			await attempt(() => train(new AdamW(), {device: 'cuda'})),
			await attempt(() => train(new AdamW(), {device: 'cpu'})),
		];`;
		const [failed, after] = await program<string[]>(body, {[`SOPHIA_EMULATOR_${variable}`]: '300'});
		expect(failed).toMatch(new RegExp(`^ERR_SOPHIA_DEVICE .*${words}`));
		expect(after).toBe('done');
	});

	test('SOPHIA_SYNC=1 names the kernel that failed', async () => {
		const body = "return attempt(() => train(new AdamW(), {device: 'cuda'}));";
		const environment = {SOPHIA_EMULATOR_FAULT_KERNEL: '300', SOPHIA_SYNC: '1'};
		expect(await program<string>(body, environment)).toMatch(/^ERR_SOPHIA_DEVICE [a-z_]+: cudaErrorIllegalAddress/);
	});

	test.each([
		['noDriver', 'no NVIDIA driver is installed'],
		['oldDriver', 'the NVIDIA driver supports CUDA'],
		['noDevice', 'no CUDA device was found'],
	])('with %s, the CPU trains and `sophia info` says why', async (status, words) => {
		const environment = {SOPHIA_EMULATOR_STATUS: status};
		const body = `return [
			await attempt(() => train(new AdamW(), {device: 'cuda'})),
			await attempt(() => train(new AdamW(), {})),
		];`;
		const [asked, chosen] = await program<string[]>(body, environment);
		expect(asked).toContain(`ERR_SOPHIA_DEVICE CUDA cannot be used: ${words}`);
		expect(chosen).toBe('done');
		const facts = await run([join(dist, 'cli/main.js'), 'info'], environment);
		expect(facts).toMatch(new RegExp(`^cuda +${words}`, 'm'));
	});
});
