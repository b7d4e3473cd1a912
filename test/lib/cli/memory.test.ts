import {info} from '../../../lib/cli/info';
import {memoryLines, memoryOf} from '../../../lib/cli/memory';
import {reset} from '../fake';
import {MemoryOutput} from '../output';
import {giveCheckpoint} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

beforeEach(reset);

function shown(path: string | undefined, settings: object): string {
	const output = new MemoryOutput();
	info(path, {memory: true, ...settings}, output);
	return output.text;
}

describe('info --memory', () => {
	test('tells what memory a training takes, by name', () => {
		const text = shown(undefined, {layers: 2, vocabulary: 256, optimizer: 'sophia-h', batch: 4});
		expect(text).toMatch(/^ {2}qkv +976\.6 KiB$/m);
		expect(text).toMatch(/^hessian +3\.9 KiB$/m);
		expect(text).toMatch(/^Hessian products +1000 bytes$/m);
		expect(text).toMatch(/^total +2\.9 MiB$/m);
		expect(shown(undefined, {optimizer: 'lion'})).not.toMatch(/Hessian/);
		expect(shown(undefined, {optimizer: 'muon'})).toMatch(/^the optimizer's products +2\.0 KiB$/m);
		expect(shown(undefined, {optimizer: 'soap', block: 64})).toMatch(/^left_moment +3\.9 KiB$/m);
		expect(JSON.parse(shown(undefined, {json: true}))).toMatchObject({activations: 3_000_000});
	});

	test('takes a checkpoint as what it was trained with', () => {
		giveCheckpoint();
		expect(shown('a', {batch: 2})).toMatch(/^parameters +3,064$/m);
		expect(memoryLines(memoryOf('a', {batch: 2}))).toMatchObject({gradient: '3.9 KiB'});
	});

	test('is asked for with what only matters there', () => {
		expect(() => shown(undefined, {memory: undefined, batch: 4})).toThrow('`--batch` says something of a training');
	});
});
