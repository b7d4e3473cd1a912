/**
TFRecord, the framing of TensorBoard's files (tensorflow/core/lib/io/record_writer.h), little-endian:

	length of the data      8 bytes
	masked CRC of these 8   4
	the data
	masked CRC of the data  4

The CRC is CRC-32C (Castagnoli, RFC 3720, appendix B.4). It is masked, as a CRC over bytes that hold their own CRC finds
less (tensorflow/core/lib/hash/crc32c.h).
*/

/** Castagnoli's polynomial, its bits reversed. */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({length: 256}, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) {
		crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
	}
	return crc;
});

export function crc32c(bytes: Uint8Array): number {
	const crc = bytes.reduce((sum, byte) => (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0), 0xffffffff);
	return ~crc >>> 0;
}

function masked(bytes: Uint8Array): number {
	const crc = crc32c(bytes);
	return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The data as a record. */
export function record(data: Uint8Array): Buffer {
	const framed = Buffer.alloc(data.length + 16);
	framed.writeBigUInt64LE(BigInt(data.length), 0);
	framed.writeUInt32LE(masked(framed.subarray(0, 8)), 8);
	framed.set(data, 12);
	framed.writeUInt32LE(masked(data), data.length + 12);
	return framed;
}
