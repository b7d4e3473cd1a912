import {curvature} from '../../../lib/cli/curvature';
import {UsageError} from '../../../lib/cli/options';
import {Dataset} from '../../../lib/dataset';
import {reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {temporaryDirectory} from '../temporary';
import {giveCheckpoint} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();

beforeEach(() => {
	reset();
	giveCheckpoint();
});

const prepare = () => Dataset.prepare({text: 'some text '.repeat(50), directory: directory()});
const names = () => state.models[0]?.calls.map(([name]) => name);

test('curvature prints what its products show, tensor by tensor', async () => {
	await prepare();
	const output = new MemoryOutput();
	await curvature('a', {data: directory(), sequences: 3, batch: 2, steps: 1, probes: 5}, output);
	expect(output.text).toContain('loss 1.5000 on 3 sequences of 16 tokens');
	expect(output.text).toContain('Trace 3.000 ± 0.71 (one standard error)');
	expect(output.text).toMatch(/wpe\.weight +0 % +2\.00 +2\.00 +2\.00 +2\.00 +2\.00\n/);
	expect(output.text).toMatch(/1e\+0 to 1e\+1 █{40}\n/);
	expect(names()).toContain('hessianVectorProduct');
	expect(state.models[0]?.disposed).toBe(true);
});

test('curvature looks at the Gauss-Newton matrix with its own products and estimates, and writes JSON', async () => {
	await prepare();
	const output = new MemoryOutput();
	await curvature('a', {data: directory(), matrix: 'gauss-newton', json: true}, output);
	expect(JSON.parse(output.text)).toMatchObject({matrix: 'gauss-newton', loss: 1.5, trace: {mean: 5.5}});
	expect(names()).not.toContain('hessianVectorProduct');
	expect(state.models[0]?.calls.at(-1)?.[2]).toMatchObject({estimator: 'gnb', probes: 10});
});

test('curvature without data is a usage error, before any model is loaded', async () => {
	await expect(curvature('a', {})).rejects.toBeInstanceOf(UsageError);
	expect(state.models).toEqual([]);
});
