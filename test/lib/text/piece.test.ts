import {oneDocument} from '../../../lib/text/piece';
import {chunked, texts} from './streams';

test('a stream is one document, and one of nothing is none', async () => {
	expect(await texts(oneDocument(chunked(Buffer.from('one text'), 3)))).toEqual(['one text']);
	expect(await texts(oneDocument(chunked(Buffer.alloc(0))))).toEqual([]);
});
