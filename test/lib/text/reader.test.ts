import {ByteReader} from '../../../lib/text/reader';
import {chunked} from './streams';

test('a stream is handed out in the pieces that are asked for, whatever its chunks', async () => {
	for (const size of [1, 3, 100]) {
		const reader = new ByteReader(chunked(Buffer.from('0123456789'), size));
		const taken = async (count: number) => Buffer.from(await reader.take(count)).toString();
		expect([await taken(4), await taken(0), await taken(5), await taken(5), await taken(1)]).toEqual([
			'0123',
			'',
			'45678',
			'9',
			'',
		]);
	}
});

test('closing lets go of the stream', async () => {
	let closed = false;
	// eslint-disable-next-line @typescript-eslint/require-await -- an AsyncIterable, as a file is
	async function* source() {
		try {
			yield Buffer.from('ab');
		} finally {
			closed = true;
		}
	}
	const reader = new ByteReader(source());
	await reader.take(1);
	await reader.close();
	expect(closed).toBe(true);
});
