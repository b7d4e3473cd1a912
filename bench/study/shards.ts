/** What tells one text from another: a digest of its tokens. */
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import type {Dataset} from 'sophia-native';
import {wrapAsync} from '#lib/errors';

/** Bytes that are read at once: a shard may be larger than any buffer. */
const piece = 1 << 20;
const digits = 16;

/** Of the tokens, wherever they lie. @throws SophiaError `ERR_SOPHIA_IO` */
export function digestOfShards({train, validation}: Pick<Dataset, 'train' | 'validation'>): Promise<string> {
	return wrapAsync(async () => {
		const hash = createHash('sha256');
		for (const {path} of [train, validation]) {
			for await (const bytes of createReadStream(path, {highWaterMark: piece})) {
				hash.update(bytes as Buffer);
			}
		}
		return hash.digest('hex').slice(0, digits);
	});
}
