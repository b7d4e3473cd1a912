/**
The `metrics.jsonl` of a run, read as it grows. A run that is resumed cuts its file back and goes on from there; what was
read is then read again from the beginning.
*/
import {open, stat, type FileHandle} from 'node:fs/promises';
import {SophiaError, wrapAsync} from './errors';
import {noFile} from './files';
import {checkedReport, type StepReport} from './metrics';

/** A line of a run has a few kB, most of them of a histogram; what has more than this is no metrics. */
const longestLine = 1 << 20;

const chunkSize = 1 << 18;

/** Who listens to the lines of a file. */
export interface Listener {
	/** One more step. */
	readonly take: (report: StepReport) => void;
	/** The file has begun anew: what was taken does not hold. */
	readonly reset: () => void;
}

/** Reads the whole lines of one file, each once, in order. */
export class Follower {
	readonly #listener: Listener;
	/** Bytes that were read, up to the end of a line. */
	#position = 0;
	/** The last of those lines: a file that does not have it there has begun anew. */
	#last = Buffer.alloc(0);
	#line = 0;
	#step = 0;

	constructor(
		readonly path: string,
		listener: Listener,
	) {
		this.#listener = listener;
	}

	/**
	Reads what was added since the last call. A last line without its end is left for later.

	@returns whether there was anything new
	@throws SophiaError `ERR_SOPHIA_IO` when the file cannot be read or is no file, `ERR_SOPHIA_FORMAT` for a line that is
	not the report of a step that follows the last
	*/
	async advance(): Promise<boolean> {
		const stats = await wrapAsync(() => stat(this.path));
		if (!stats.isFile()) {
			throw noFile(this.path, stats); // a pipe would be waited for
		}
		const file = await wrapAsync(() => open(this.path, 'r'));
		try {
			return await wrapAsync(() => this.#read(file));
		} finally {
			await file.close();
		}
	}

	async #read(file: FileHandle): Promise<boolean> {
		const goesOn = await this.#goesOn(file);
		if (!goesOn) {
			this.#position = this.#line = this.#step = 0;
			this.#last = Buffer.alloc(0);
			this.#listener.reset();
		}
		const before = this.#position;
		await this.#lines(file);
		return !goesOn || this.#position !== before;
	}

	async #goesOn(file: FileHandle): Promise<boolean> {
		const {length} = this.#last;
		const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, this.#position - length);
		return bytesRead === length && buffer.equals(this.#last);
	}

	async #lines(file: FileHandle): Promise<void> {
		let rest = Buffer.alloc(0);
		for (;;) {
			const {buffer, bytesRead} = await file.read({
				buffer: Buffer.alloc(chunkSize),
				position: this.#position + rest.length,
			});
			if (bytesRead === 0) {
				return;
			}
			rest = this.#take(Buffer.concat([rest, buffer.subarray(0, bytesRead)]));
			if (rest.length > longestLine) {
				const place = `line ${this.#line + 1} of \`${this.path}\``;
				throw new SophiaError('ERR_SOPHIA_FORMAT', `Expected ${place} to end within ${longestLine} bytes`);
			}
		}
	}

	/** Takes the whole lines of some bytes. @returns what is left */
	#take(bytes: Buffer): Buffer<ArrayBuffer> {
		let start = 0;
		for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', start)) {
			this.#report(bytes.toString('utf8', start, end));
			this.#last = Buffer.from(bytes.subarray(start, end + 1));
			this.#position += this.#last.length;
			start = end + 1;
		}
		return Buffer.from(bytes.subarray(start));
	}

	#report(line: string): void {
		const place = `line ${this.#line + 1} of \`${this.path}\``;
		const report = checkedReport(line, place);
		if (report.step <= this.#step) {
			const expected = `Expected ${place} to be of a step above ${this.#step}`;
			throw new SophiaError('ERR_SOPHIA_FORMAT', `${expected}, got step ${report.step}`);
		}
		this.#step = report.step;
		this.#line++;
		this.#listener.take(report);
	}
}
