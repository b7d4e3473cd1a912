/** Numbers of bfloat16, which JavaScript has no type for, as their bits. */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The float of bfloat16's bits: they are its upper half. */
export function asFloat(brain: number): number {
	bits[0] = brain << 16;
	return float[0] ?? 0;
}

/** The bits of the bfloat16 that is nearest, to even where two are; a NaN stays one. */
export function asBrain(value: number): number {
	float[0] = value;
	const [word = 0] = bits;
	return Number.isNaN(value) ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}
