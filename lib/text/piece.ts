/** A piece of a document, which may be larger than memory. */
export interface Piece {
	/** Of UTF-8, unless it is plain text whose encoding nobody asked about. Never none. */
	readonly bytes: Uint8Array;
	/** Whether a document begins with it. */
	readonly begins: boolean;
}

/** A stream of bytes as one document, or as none where there are no bytes. */
export async function* oneDocument(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
	let begins = true;
	for await (const bytes of chunks) {
		if (bytes.length > 0) {
			yield {bytes, begins};
			begins = false;
		}
	}
}
