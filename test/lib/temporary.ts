/** A fresh directory for each test of a file, with a space in its name, removed after it. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export function temporaryDirectory(): () => string {
	let directory = '';
	beforeEach(() => {
		directory = mkdtempSync(join(tmpdir(), 'sophia test-'));
	});
	afterEach(() => {
		rmSync(directory, {recursive: true, force: true});
	});
	return () => directory;
}
