import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {documentsOfFiles, documentsOfString, readDefaults, type Documents} from '../../../lib/text/documents';
import {temporaryDirectory} from '../temporary';
import {texts} from './streams';
import {table} from './table';

const directory = temporaryDirectory();
const at = (name: string) => join(directory(), name);

async function read(documents: Documents) {
	let seen = 0;
	const found = await texts(documents.pieces((bytes) => (seen += bytes)));
	expect(seen).toBe(documents.total);
	return found;
}

describe('documents', () => {
	test('come from every kind of file, each read to its end', async () => {
		mkdirSync(at('d'));
		writeFileSync(at('d/1.txt'), 'plain');
		writeFileSync(at('d/2.jsonl.gz'), gzipSync('{"body": "a"}\n{"body": "b"}\n'));
		writeFileSync(at('d/3.parquet'), table({groups: [['c'], ['d']], name: 'words'}));
		writeFileSync(at('d/4.txt'), '');
		const documents = await documentsOfFiles([at('d')], {...readDefaults, field: 'body', column: 'words'}, true);
		expect(documents.many).toBe(true);
		expect(await read(documents)).toEqual(['plain', 'a', 'b', 'c', 'd']);
		expect(await read(documents)).toEqual(['plain', 'a', 'b', 'c', 'd']);
	});

	test('in a table end with the signal', async () => {
		writeFileSync(at('a.parquet'), table({groups: [['a']]}));
		const documents = await documentsOfFiles(
			[at('a.parquet')],
			{...readDefaults, signal: AbortSignal.abort('why')},
			true,
		);
		await expect(read(documents)).rejects.toMatchObject({code: 'ABORT_ERR', cause: 'why'});
	});

	test('plain text that somebody names is one text, whose encoding is asked about only when it is decoded', async () => {
		writeFileSync(at('a.txt'), Buffer.from('é', 'latin1'));
		const documents = await documentsOfFiles([at('a.txt')], readDefaults, false);
		expect(documents.many).toBe(false);
		expect(await read(documents)).toEqual(['\uFFFD']);
		await expect(read(await documentsOfFiles([at('a.txt')], readDefaults, true))).rejects.toThrow(
			'expected text in UTF-8',
		);
	});

	test('a string is one document', async () => {
		const text = 'é!'.repeat(300_000);
		const documents = documentsOfString(text);
		expect(documents).toMatchObject({total: 900_000, many: false});
		expect(await read(documents)).toEqual([text]);
		expect(await read(documentsOfString(''))).toEqual([]);
	});
});
