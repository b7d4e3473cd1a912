import {Kept} from '../../../lib/optimizers/kept';

const memory = [Float32Array.of(1, 2), Float32Array.of(3), Float32Array.of(4, 5, 6)];
const native = () => ({
	state: () => [
		{tensor: 1, slot: 'momentum', count: 2},
		{tensor: 1, slot: 'variance', count: 1},
		{tensor: 0, slot: 'momentum', count: 3},
	],
	read: jest.fn((entry: number, to: Float32Array) => {
		to.set(memory[entry] ?? []);
	}),
	write: jest.fn(),
});
const names = ['first', '__proto__', 'none'];

test('what is kept has the names of its tensor and its slot', () => {
	const kept = new Kept(native(), names);
	expect(kept.entries[1]).toEqual({name: '__proto__', slot: 'variance', count: 1});
	expect([0, 1, 2].map((tensor) => kept.countOf(tensor))).toEqual([3, 3, 0]);
	const read = kept.read();
	expect(Object.entries(read)).toEqual([
		['first', {momentum: memory[2]}],
		['__proto__', {momentum: memory[0], variance: memory[1]}],
		['none', {}],
	]);
});

test('it is written by the numbers of the entries', () => {
	const calls = native();
	new Kept(calls, names).write(memory);
	expect(calls.write.mock.calls).toEqual(memory.map((numbers, entry) => [entry, numbers]));
});
