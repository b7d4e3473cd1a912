/** Numbers that look drawn and are the same on every machine: what is resampled with them can be repeated. */

const {imul} = Math;

/**
Uniform in [0, 1), from a seed: a Weyl sequence, each of whose numbers is mixed.

SplitMix, Steele, Lea and Flood 2014, https://doi.org/10.1145/2660193.2660195, in 32 bits, with the mixer of
MurmurHash3 (Appleby 2011). Its period is 2³².
*/
export function uniform(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x9e3779b9) | 0;
		let bits = imul(state ^ (state >>> 16), 0x85ebca6b);
		bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
		return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
	};
}
