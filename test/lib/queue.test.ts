import {LineQueue} from '../../lib/queue';

async function collect(queue: LineQueue): Promise<string[]> {
	const lines: string[] = [];
	for await (const line of queue) {
		lines.push(line);
	}
	return lines;
}

describe('a queue of lines', () => {
	test('gives lines in order, whether they wait or are waited for', async () => {
		const queue = new LineQueue();
		queue.push('a');
		const collected = collect(queue);
		queue.push('b');
		await new Promise(setImmediate);
		queue.push('c');
		queue.push('d');
		queue.end();
		expect(await collected).toEqual(['a', 'b', 'c', 'd']);
	});

	test('that ends without a line ends the listener', async () => {
		const queue = new LineQueue();
		const collected = collect(queue);
		queue.end();
		expect(await collected).toEqual([]);
	});
});
