import {XxHash} from '../../../lib/text/xxhash';
import {dice} from './streams';

const bytes = (length: number) => Uint8Array.from({length}, (_, i) => i * 7);

// The last four bytes of what `zstd --check` makes of these.
test.each([
	[0, 0x51d8e999],
	[1, 0xdb052768],
	[3, 0x5a6209ab],
	[4, 0x0a55ac41],
	[7, 0x6f3da63e],
	[8, 0x65b924eb],
	[15, 0xe360882f],
	[31, 0xb1e722b7],
	[32, 0x31a8c629],
	[33, 0xf8d65b94],
	[63, 0x13e2fa26],
	[64, 0x445775d0],
	[95, 0xd68a40bd],
	[100, 0x8247d5db],
	[1000, 0xa9cfc168],
	[100000, 0xd6d6cd70],
])('%d bytes have their hash, in whatever pieces they come', (length, low) => {
	const all = bytes(length);
	const whole = new XxHash();
	whole.add(all);
	expect(whole.low()).toBe(low);
	for (let seed = 1; seed < 20; seed++) {
		const roll = dice(seed);
		const hash = new XxHash();
		for (let at = 0; at < length;) {
			const size = roll(length > 200 ? 2000 : 70);
			hash.add(all.subarray(at, at + size));
			at += size;
		}
		expect(hash.low()).toBe(low);
	}
});
