import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {watch} from '../../../lib/cli/watch';
import {MemoryOutput} from '../output';
import {addSteps} from '../report/runs';
import {temporaryDirectory} from '../temporary';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();

beforeEach(() => {
	jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
	jest.restoreAllMocks();
});

describe('watch', () => {
	test('serves the page of a run until Ctrl-C', async () => {
		const output = new MemoryOutput();
		const watching = watch([addSteps(directory(), 1, 30)], output);
		while (output.text === '') {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		const address = output.text.trimEnd();
		expect(await (await fetch(address)).text()).toMatch('<td dir="auto">30</td>');
		process.emit('SIGINT');
		await expect(watching).rejects.toMatchObject({code: 'ABORT_ERR'});
		await expect(fetch(address)).rejects.toThrow('fetch failed');
	});

	test('hears a Ctrl-C that comes before the page is served', async () => {
		const output = new MemoryOutput();
		const watching = watch([addSteps(directory(), 1, 3)], output);
		process.emit('SIGINT');
		await expect(watching).rejects.toMatchObject({code: 'ABORT_ERR'});
		expect(output.text).toBe('');
	});

	test('of what is no directory is refused', async () => {
		await expect(watch([join(directory(), 'none')])).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		const file = join(directory(), 'file');
		writeFileSync(file, '');
		await expect(watch([file])).rejects.toThrow('to be the directory of a run');
	});
});
