import {truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {piecesOf, sameNumbers, storedTensors} from '../../../lib/pretrained/tensors';
import {temporaryDirectory} from '../temporary';
import {safetensors, type Tensor} from './files';

const directory = temporaryDirectory();

function store(tensors: Tensor[]) {
	const path = join(directory(), 'a.safetensors');
	writeFileSync(path, safetensors(tensors));
	return storedTensors(path);
}

const bytesOf = (numbers: Float32Array | Uint16Array) => new Uint8Array(numbers.buffer);
const tensor = (name: string, dtype: string, numbers: Float32Array | Uint16Array): Tensor => ({
	name,
	dtype,
	shape: [numbers.length],
	data: bytesOf(numbers),
});

async function read(...[stored, count]: Parameters<typeof piecesOf>): Promise<number[]> {
	const all: number[] = [];
	for await (const piece of piecesOf(stored, count)) {
		all.push(...piece);
	}
	return all;
}

describe('a stored tensor', () => {
	test('is read from where it lies, all of it or its beginning', async () => {
		const [a, b] = store([tensor('a', 'F32', Float32Array.of(1, -2, 3.5)), tensor('b', 'F32', Float32Array.of(7))]);
		expect(await read(a as never)).toEqual([1, -2, 3.5]);
		expect(await read(a as never, 2)).toEqual([1, -2]);
		expect(await read(b as never)).toEqual([7]);
	});

	test('of half precision has the numbers of IEEE 754', async () => {
		const bits = [
			0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8001, 0x3555, 0x7c00, 0xfc00, 0x7e00,
		];
		const [a] = store([tensor('a', 'F16', Uint16Array.from(bits))]);
		expect(await read(a as never)).toEqual([
			...[0, -0, 1, -2, 65504, 2 ** -14, 1023 * 2 ** -24, 2 ** -24, -(2 ** -24), 0.333251953125],
			...[Infinity, -Infinity, NaN],
		]);
	});

	test('of bfloat16 has the upper halves of floats', async () => {
		const [a] = store([tensor('a', 'BF16', Uint16Array.of(0x3f80, 0xc0a0, 0x8000, 0x7f80, 0x0001))]);
		expect(await read(a as never)).toEqual([1, -5, -0, Infinity, 2 ** -133]);
	});

	test('larger than a piece is read in pieces', async () => {
		const numbers = Float32Array.from({length: 2 ** 20 + 3}, (_, i) => i);
		const [a] = store([tensor('a', 'F32', numbers)]);
		const sizes: number[] = [];
		let sum = 0;
		for await (const piece of piecesOf(a as never)) {
			sizes.push(piece.length);
			sum += piece.reduce((x, y) => x + y, 0);
		}
		expect(sizes).toEqual([2 ** 20, 3]);
		expect(sum).toBe((numbers.length * (numbers.length - 1)) / 2);
	});

	test('is the same as another one when their numbers are, whatever their type', async () => {
		const long = new Float32Array(2 ** 20 + 3).fill(1);
		const last = long.slice();
		last[2 ** 20 + 2] = 2;
		const [a, b, c, d, e, f] = store([
			tensor('a', 'F32', Float32Array.of(1, 2)),
			tensor('b', 'F16', Uint16Array.of(0x3c00, 0x4000)),
			tensor('c', 'F32', Float32Array.of(1, 2, 3)),
			tensor('d', 'F32', long),
			tensor('e', 'F32', long),
			tensor('f', 'F32', last),
		]).sort((one, other) => one.name.localeCompare(other.name));
		expect(await sameNumbers(a as never, b as never)).toBe(true);
		expect(await sameNumbers(a as never, c as never)).toBe(false);
		expect(await sameNumbers(d as never, e as never)).toBe(true);
		expect(await sameNumbers(d as never, f as never)).toBe(false);
	});

	test.each<[string, () => void]>([
		['cut short', () => truncateSync(join(directory(), 'a.safetensors'), 60)],
		['replaced by another', () => void store([tensor('a', 'F32', Float32Array.of(3, 4))])],
	])('of a file that is %s meanwhile is ERR_SOPHIA_IO', async (_name, change) => {
		const [a] = store([tensor('a', 'F32', Float32Array.of(1, 2))]);
		change();
		await expect(read(a as never)).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		await expect(read(a as never)).rejects.toThrow('to stay as it is while it is read, got another file');
	});

	test('of another type is ERR_SOPHIA_FORMAT', async () => {
		const [a] = store([{name: 'a', dtype: 'I64', shape: [1], data: new Uint8Array(8)}]);
		await expect(read(a as never)).rejects.toThrow('Expected `a` to be of F32, F16, BF16, got I64');
	});
});
