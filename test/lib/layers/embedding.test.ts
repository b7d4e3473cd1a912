import {Device} from '../../../lib/device';
import {backward, forward} from '../../../lib/layers/embedding';
import {numbers, obeys} from './laws';

const device = Device.cpu();
const list = [3, 0, 1, 3, 3, 2];
const tokens = device.from(Int32Array.from(list), [2, 3]);

const formula = (wte: readonly number[], wpe: readonly number[], C: number) =>
	list.flatMap((token, r) =>
		Array.from({length: C}, (_, c) => (wte[token * C + c] ?? NaN) + (wpe[(r % 3) * C + c] ?? 0)),
	);

obeys('Embedding of 2×3 tokens in 5 channels', {
	shapes: {wte: [4, 5], wpe: [7, 5], dy: [2, 3, 5]},
	formula: ({wte, wpe}) => formula(wte, wpe, 5),
	forward: (tables) => forward({tokens, ...tables}),
	backward: (tables, _, dy) => backward({tokens, ...tables, dy}),
});

obeys('Embedding of 2×3 tokens without positions', {
	shapes: {wte: [4, 9], dy: [2, 3, 9]},
	formula: ({wte}) => formula(wte, [], 9),
	forward: (tables) => forward({tokens, ...tables}),
	backward: (tables, _, dy) => backward({tokens, ...tables, dy}),
});

test('the gradients of the tables are added to what is given', () => {
	const dwte = device.zeros([4, 2]).fill(1);
	const dy = device.zeros([2, 3, 2]).fill(1);
	expect(Object.keys(backward({tokens, wte: device.zeros([4, 2]), dy, dwte}))).toEqual(['dwte']);
	expect(numbers(dwte)).toEqual([2, 2, 2, 2, 2, 2, 4, 4]);
});

test.each([
	[[0, 4], 'Expected `tokens` to lie in [0, 4), got 4 at 1'],
	[[-1, 0], 'Expected `tokens` to lie in [0, 4), got -1 at 0'],
	[[2 ** 31 - 1, 0], 'Expected `tokens` to lie in [0, 4), got 2147483647 at 0'],
])('tokens %j are refused by both verbs', (wrong, message) => {
	const given = {tokens: device.from(Int32Array.from(wrong)), wte: device.zeros([4, 3])};
	const error = expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message}) as Error;
	expect(() => forward(given)).toThrow(error);
	expect(() => backward({...given, dy: device.zeros([2, 3])})).toThrow(error);
});

test('a sequence longer than the table of positions is refused', () => {
	const tables = {wte: device.zeros([4, 3]), wpe: device.zeros([2, 3])};
	expect(() => forward({tokens, ...tables})).toThrow('Expected `wpe` to have at least 3 rows, got 2');
});
