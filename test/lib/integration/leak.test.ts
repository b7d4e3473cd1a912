/** Memory that is returned, and memory that is forgotten. */
import {join} from 'node:path';
import {dist, start} from './setup';

const prelude = `const {Device, SophiaG} = require(${JSON.stringify(join(dist, 'index.js'))});
	const device = Device.cpu(), megabytes = () => process.memoryUsage().rss / 2 ** 20;
	const turn = () => new Promise((resolve) => setImmediate(resolve));`;

async function program<T>(text: string, environment = {}): Promise<T> {
	const args = [
		'--expose-gc',
		'-e',
		`${prelude}(async () => {${text}})().then((found) => console.log(JSON.stringify(found)));`,
	];
	const {code, signal, stdout, stderr} = await start(args, environment).ended;
	expect({code, signal, stderr}).toEqual({code: 0, signal: null, stderr: ''});
	return JSON.parse(stdout) as T;
}

interface Found {
	readonly grown: number;
	readonly used: number;
	readonly blocks: number;
}

/** 10,000 times a tensor, an optimizer's state, a step and their end, of which the first 1,000 warm up. */
const cycles = (step: string) => `
	let warm;
	for (let cycle = 0; cycle < 10_000; cycle++) {
		if (cycle === 1000) gc(), await turn(), (warm = megabytes());
		const weight = device.zeros([2000]), gradient = device.from(new Float32Array(2000).fill(1));
		const state = new SophiaG().attach({weight});
		${step};
		weight.data[0] = 1;
		for (const each of [state, gradient, weight]) each.dispose();
	}
	gc(), await turn();
	const {used, blocks} = device.memory();
	return {grown: megabytes() - warm, used, blocks};`;

describe('10,000 cycles of create, step and dispose keep memory within 20 MB', () => {
	test.each([
		['without a turn of the event loop', 'state.step({weight: gradient})'],
		['on a thread of their own', 'await state.stepAsync({weight: gradient})'],
	])('%s', async (_, step) => {
		const {grown, used, blocks} = await program<Found>(cycles(step));
		expect({used, blocks}).toEqual({used: 0, blocks: 0});
		expect(grown).toBeLessThan(20);
	});
});

describe('a loop that forgets dispose', () => {
	const forget = (what: string, turn: string) => `
		const before = megabytes();
		let grown = 0;
		try {
			for (let i = 0; i < 200; i++) {
				${what};
				grown = Math.max(grown, megabytes() - before);
				${turn};
			}
		} catch ({code, message}) { return {code, message}; }
		return {grown};`;
	const tensor = 'device.zeros([1 << 20]).fill(1)';
	const state = 'new SophiaG().attach([new Float32Array(1 << 19)])';

	test.each([
		['tensors', tensor],
		['states', state],
	])('of %s stays bounded where the event loop turns', async (_, what) => {
		const {grown} = await program<{grown: number}>(forget(what, 'await turn()'));
		expect(grown).toBeLessThan(300); // of the 800 MB that were taken
	});

	test.each([
		['tensors', tensor],
		['states', state],
	])('of %s ends in an error that says so where it never turns', async (_, what) => {
		const limit = {SOPHIA_MEMORY_LIMIT: '100000000'};
		const {code, message} = await program<{code: string; message: string}>(forget(what, ''), limit);
		expect(code).toBe('ERR_SOPHIA_OUT_OF_MEMORY');
		expect(message).toMatch(
			/^There is not enough memory on cpu for 4194304 bytes: 23 tensors and states of optimizers /,
		);
		expect(message).toMatch(
			/hold 96468992 of 100000000\. .*dispose\(\), or declare them with `using`.*event loop turns$/,
		);
	});
});
