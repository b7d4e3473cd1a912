/** Outputs that remember what was written to them. */
import {Writable} from 'node:stream';

export class MemoryOutput extends Writable {
	text = '';

	constructor(readonly isTTY = false) {
		super();
	}

	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		this.text += chunk.toString();
		done();
	}
}

/** What the process writes in each test of a file, and nobody else sees. */
export function captureOutput(): {stdout: string; stderr: string} {
	const said = {stdout: '', stderr: ''};
	beforeEach(() => {
		for (const name of ['stdout', 'stderr'] as const) {
			said[name] = '';
			jest.spyOn(process[name], 'write').mockImplementation((text) => (said[name] += String(text)) !== '');
		}
	});
	afterEach(() => jest.restoreAllMocks());
	return said;
}
