import {join, relative} from 'node:path';
import {Dataset, SophiaG} from '../../lib/index';
import {native, nativePath} from '../../lib/native';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();
const previous = process.env.SOPHIA_NATIVE;

afterEach(() => {
	if (previous === undefined) {
		delete process.env.SOPHIA_NATIVE;
	} else {
		process.env.SOPHIA_NATIVE = previous;
	}
});

describe('the addon', () => {
	test('is not loaded before its first use, so that checks work without it', async () => {
		process.env.SOPHIA_NATIVE = join(directory(), 'none.node');
		expect(() => new SophiaG({rho: -1})).toThrow(RangeError);
		await Dataset.prepare({text: 'text that needs no addon', directory: directory()});
	});

	test('may be named by a path from the working directory', () => {
		const path = join(directory(), 'none.node');
		process.env.SOPHIA_NATIVE = relative(process.cwd(), path);
		expect(native).toThrow(`The native binary ${path} cannot be used`);
	});

	test('is found where none is named', () => {
		process.env.SOPHIA_NATIVE = '';
		expect(native().errorCodes).toContain('ERR_SOPHIA_IO');
		expect(nativePath()).toMatch(/\.node$/);
	});
});
