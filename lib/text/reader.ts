/** A stream of bytes, taken in pieces of the length that is asked for. */
export class ByteReader {
	readonly #chunks: AsyncIterator<Uint8Array>;
	#rest: Uint8Array = new Uint8Array();

	constructor(chunks: AsyncIterable<Uint8Array>) {
		this.#chunks = chunks[Symbol.asyncIterator]();
	}

	/** The next `count` bytes, or fewer where the stream ends. */
	async take(count: number): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		for (let left = count; left > 0;) {
			if (this.#rest.length === 0) {
				const next = await this.#chunks.next();
				if (next.done === true) {
					break;
				}
				this.#rest = next.value;
			}
			const taken = this.#rest.subarray(0, left);
			this.#rest = this.#rest.subarray(taken.length);
			left -= taken.length;
			parts.push(taken);
		}
		const [first] = parts;
		return first?.length === count ? first : Buffer.concat(parts);
	}

	/** Lets go of what the stream holds, such as an open file. */
	async close(): Promise<void> {
		await this.#chunks.return?.();
	}
}
