/** Lines that arrive by callback, to be awaited one by one. */
export class LineQueue implements AsyncIterable<string> {
	readonly #lines: string[] = [];
	#wake: () => void = () => undefined;
	#ended = false;

	push(line: string): void {
		this.#lines.push(line);
		this.#wake();
	}

	/** No line comes after those that are there. */
	end(): void {
		this.#ended = true;
		this.#wake();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
		for (;;) {
			const line = this.#lines.shift();
			if (line !== undefined) {
				yield line;
			} else if (this.#ended) {
				return;
			} else {
				await new Promise<void>((resolve) => (this.#wake = resolve));
			}
		}
	}
}
