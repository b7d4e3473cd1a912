import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describeWithPython, eventFiles, readEvents} from '../tensorboard/reader';
import {temporaryDirectory} from '../temporary';
import {metrics, prepareIn, run, sophia, until} from './setup';

const directory = temporaryDirectory();
const at = (...names: string[]) => join(directory(), ...names);
const small = '--layers 1 --heads 1 --width 16 --context 16 --batch 2 --evaluation-batches 1 --warmup 1'.split(' ');

const prepared = () => prepareIn(directory());

const train = (...more: string[]) => ['train', '--data', at('data'), '--output', at('run'), ...small, ...more];
const taken = () => {
	try {
		return metrics(at('run')).length;
	} catch {
		return 0; // not there, or in the middle of a line
	}
};

describe('a run and its report', () => {
	test('are a page with the losses, the configuration and a sample that is the same each time', async () => {
		await prepared();
		await run(...train('--steps', '30', '--evaluation-every', '10'));
		expect(await run('report', at('run'), '--output', at('a.html'))).toMatch(/a\.html: run with 30 steps; \d+ kB\n$/);
		await run('report', at('run'), '--output', at('b.html'));
		const page = readFileSync(at('a.html'), 'utf8');
		expect(readFileSync(at('b.html'), 'utf8')).toBe(page);
		expect(page).toMatch('30 of 30');
		expect(page).toMatch('256 tokens from the best checkpoint');
		expect(page).toMatch(metrics(at('run')).at(-1)?.validationLoss?.toFixed(4) ?? 'none');
		expect(page).toMatch('optimizer.rho');
	});

	test('are seen while it trains, and the page goes when it does', async () => {
		await prepared();
		const {child, ended} = sophia(...train('--steps', '100000', '--watch'));
		let said = '';
		child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
		await until(() => taken() > 3, 'the first steps');
		const [address = ''] = /http:\S+/.exec(said) ?? [];
		const response = await fetch(`${address}events`);
		const reader = response.body?.getReader();
		const first = Buffer.from((await reader?.read())?.value ?? []).toString();
		expect(first).toMatch(/^data: \{"runs":\[\{"run":0,"slice":/);
		child.kill('SIGINT');
		expect((await ended).code).toBe(130);
		await expect(fetch(address)).rejects.toThrow('fetch failed');
	});
});

describeWithPython('events for TensorBoard', () => {
	test('of a run that was killed and resumed are its metrics, each step once', async () => {
		await prepared();
		const {child, ended} = sophia(...train('--steps', '100000', '--checkpoint-every', '7', '--tensorboard'));
		await until(() => taken() > 20, 'twenty steps');
		child.kill('SIGKILL');
		await ended;
		const last = taken() + 10;
		await run('train', '--output', at('run'), '--resume', '--steps', String(last), '--tensorboard');
		const files = eventFiles(at('run'));
		expect(files).toHaveLength(1);
		const events = readEvents(files[0] ?? '').filter(({values}) => values !== undefined);
		const said = metrics(at('run'));
		expect(events.map(({step}) => step)).toEqual(said.map(({step}) => step));
		expect(events.map(({values}) => values?.loss)).toEqual(said.map(({loss}) => Math.fround(loss)));
		expect(said).toHaveLength(last);
	});
});
