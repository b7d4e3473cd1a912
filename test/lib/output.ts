/** An output that remembers what was written to it. */
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
