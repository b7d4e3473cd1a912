import {existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {report, runNames} from '../../../lib/cli/report';
import {reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {addSteps} from '../report/runs';
import {temporaryDirectory} from '../temporary';
import {giveCheckpoint} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();
const at = (name: string) => join(directory(), name);
const run = () => addSteps(at('run'), 1, 60);

beforeEach(reset);

async function written(directories: readonly string[], settings = {}): Promise<{said: string; page: string}> {
	const output = new MemoryOutput();
	await report(directories, {output: at('report.html'), ...settings}, output);
	return {said: output.text, page: readFileSync(at('report.html'), 'utf8')};
}

describe('report', () => {
	test('writes a page with a sample and the configuration, and says where', async () => {
		writeFileSync(join(run(), 'best.safetensors'), '');
		giveCheckpoint();
		const {said, page} = await written([at('run')]);
		expect(said).toMatch(/report\.html: run with 60 steps; \d+ kB\n$/);
		expect(page).toMatch('a'.repeat(256));
		expect(page).toMatch('optimizer.rho');
		expect(page).toMatch('60 of 9');
		expect((await written([at('run')])).page).toBe(page);
	});

	test('draws no sample when it is told so', async () => {
		writeFileSync(join(run(), 'best.safetensors'), '');
		giveCheckpoint();
		expect((await written([at('run')], {sample: false})).page).not.toMatch('>Sample<');
		expect(state.models).toEqual([]);
	});

	test('is of several runs, without checkpoints too', async () => {
		const {said, page} = await written([run(), addSteps(at('other'), 1, 1500)]);
		expect(said).toMatch('run with 60 steps, other with 1,500 steps;');
		expect(page).toMatch('There is no checkpoint yet.');
		expect(page).toMatch('a point is the mean of 2 steps');
	});

	test('writes event files beside the metrics when it is told so', async () => {
		const events = () => readdirSync(at('run')).filter((name) => name.includes('tfevents'));
		await written([run()]);
		expect(events()).toEqual([]);
		const {said} = await written([at('run')], {tensorboard: true});
		expect(said).toMatch(events()[0] ?? 'none');
	});

	test('of no run, or a damaged one, is no page', async () => {
		mkdirSync(at('empty'));
		await expect(written([at('none')])).rejects.toThrow(/to be the directory of a run, with its `metrics.jsonl`$/);
		for (const directories of [[at('none')], [at('empty')], [run(), at('none')]]) {
			await expect(written(directories)).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		}
		writeFileSync(join(at('run'), 'metrics.jsonl'), '{"step":1}\n{"step":2\n{"step":3}\n');
		await expect(written([at('run')])).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
		expect(existsSync(at('report.html'))).toBe(false);
	});

	test('takes a last line that is torn, and a run without steps', async () => {
		writeFileSync(join(run(), 'metrics.jsonl'), '{"step":1,"loss":null}\n{"step":2');
		expect((await written([at('run')])).said).toMatch('run with 1 step;');
		writeFileSync(join(at('run'), 'metrics.jsonl'), '');
		expect((await written([at('run')])).page).toMatch('No time was measured yet.');
	});

	test('puts nothing in the place of what is no file', async () => {
		run();
		const refused = async (output: string) => written([at('run')], {output});
		await expect(refused(directory())).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		writeFileSync(at('target'), '');
		symlinkSync(at('target'), at('link')); // like /dev/stdout
		await expect(refused(at('link'))).rejects.toThrow('to be a regular file, got a symbolic link');
		await expect(refused(join(at('none'), 'report.html'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		await expect(refused('')).rejects.toThrow('Expected `--output` to be a file, got nothing');
	});
});

describe('a run', () => {
	test('has the name of its directory, or its path where two have the same', () => {
		expect(runNames(['a/x/', './b/y'])).toEqual(['x', 'y']);
		expect(runNames(['a/x', 'b/x', 'c'])).toEqual(['a/x', 'b/x', 'c']);
		expect(runNames([at('.')])[0]).toMatch(/^sophia test-/);
	});

	test('is given once', () => {
		expect(() => runNames(['a', 'b', './a/'])).toThrow('Expected different runs, got `./a/` twice');
	});
});
