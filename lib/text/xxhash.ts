/** XXH64 with the seed 0, whose lower half is the checksum of zstd: github.com/Cyan4973/xxHash, doc/xxhash_spec.md. */

const prime1 = 0x9e3779b185ebca87n;
const prime2 = 0xc2b2ae3d27d4eb4fn;
const prime3 = 0x165667b19e3779f9n;
const prime4 = 0x85ebca77c2b2ae63n;
const prime5 = 0x27d4eb2f165667c5n;

/** Bytes that are taken at a time, eight for each of four lanes. */
const stripe = 32;

/** The hash of bytes that come in pieces. */
export class XxHash {
	/** Of 64 bits each, which arithmetic that is stored there is cut to; like this it is fast. */
	readonly #lanes = BigUint64Array.of(prime1 + prime2, prime2, 0n, -prime1);
	readonly #rest = new Uint8Array(stripe);
	#length = 0;

	add(bytes: Uint8Array): void {
		const held = this.#length % stripe;
		const begin = Math.min(bytes.length, (stripe - held) % stripe);
		this.#rest.set(bytes.subarray(0, begin), held);
		if (begin > 0 && held + begin === stripe) {
			this.#take(this.#rest);
		}
		const end = begin + stripe * Math.floor((bytes.length - begin) / stripe);
		this.#take(bytes.subarray(begin, end));
		this.#rest.set(bytes.subarray(end), begin === bytes.length ? held + begin : 0);
		this.#length += bytes.length;
	}

	/** The lower 32 bits. */
	low(): number {
		const long = this.#length >= stripe;
		let hash = rest(this.#rest.subarray(0, this.#length % stripe), this.#start(long) + BigInt(this.#length));
		hash = word((hash ^ (hash >> 33n)) * prime2);
		hash = word((hash ^ (hash >> 29n)) * prime3);
		return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
	}

	/** @param bytes whole stripes */
	#take(bytes: Uint8Array): void {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const lanes = this.#lanes;
		for (let at = 0, i = 0; at < bytes.length; at += 8, i = (i + 1) & 3) {
			lanes[i] = (lanes[i] ?? 0n) + view.getBigUint64(at, true) * prime2;
			lanes[i] = BigInt.asUintN(64, (lanes[i] ?? 0n) << 31n) | ((lanes[i] ?? 0n) >> 33n);
			lanes[i] = (lanes[i] ?? 0n) * prime1;
		}
	}

	#start(long: boolean): bigint {
		if (!long) {
			return prime5;
		}
		const lanes = Array.from(this.#lanes);
		const sum = lanes.reduce((all, lane, i) => all + rotated(lane, [1n, 7n, 12n, 18n][i] ?? 0n), 0n);
		return lanes.reduce((hash, lane) => word((hash ^ mixed(lane)) * prime1 + prime4), word(sum));
	}
}

/** What is left after the stripes, by eight, by four and by single bytes. */
function rest(bytes: Uint8Array, start: bigint): bigint {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	let hash = word(start);
	let at = 0;
	for (; at + 8 <= bytes.length; at += 8) {
		hash = word(rotated(hash ^ mixed(view.getBigUint64(at, true)), 27n) * prime1 + prime4);
	}
	for (; at + 4 <= bytes.length; at += 4) {
		hash = word(rotated(hash ^ word(BigInt(view.getUint32(at, true)) * prime1), 23n) * prime2 + prime3);
	}
	for (; at < bytes.length; at++) {
		hash = word(rotated(hash ^ word(BigInt(view.getUint8(at)) * prime5), 11n) * prime1);
	}
	return hash;
}

const word = (value: bigint) => BigInt.asUintN(64, value);
const rotated = (value: bigint, by: bigint) => word(value << by) | (value >> (64n - by));
const mixed = (given: bigint) => word(rotated(word(given * prime2), 31n) * prime1);
