import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ownFiles, readDescription, writeDescription} from '../../lib/description';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();
const path = () => join(directory(), 'dataset.json');
const good = {
	tokenizer: 'gpt2',
	vocabulary: 50257,
	format: 'nanogpt',
	train: {file: 'train.bin', tokens: 5},
	validation: {file: 'val.bin', tokens: 3},
} as const;

describe('the description of a dataset', () => {
	test('says what was written, the format of old where it says none', async () => {
		await writeDescription(directory(), good);
		expect(readDescription(path())).toEqual(good);
		expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(good);
		writeFileSync(path(), JSON.stringify({...good, format: undefined}));
		expect(readDescription(path()).format).toBe('llm.c');
	});

	test('of unfinished shards is refused', async () => {
		await writeDescription(directory());
		expect(() => readDescription(path())).toThrow(
			expect.objectContaining({
				code: 'ERR_SOPHIA_FORMAT',
				message: expect.stringMatching(/dataset\.json`: .* did not come to its end; prepare them again$/),
			}),
		);
	});

	test.each<[object, string]>([
		[{tokenizer: 'words'}, 'Expected `tokenizer` to be one of `bytes`, `gpt2`, got `words`'],
		[{tokenizer: 5}, 'Expected `tokenizer` to be a string'],
		[{vocabulary: 0}, 'Expected `vocabulary` to be an integer in [1, 2147483647], got `0`'],
		[{vocabulary: undefined}, 'Expected `vocabulary` to be an integer'],
		[{format: 'npy'}, 'Expected `format` to be one of `llm.c`, `nanogpt`, got `npy`'],
		[{train: {file: '', tokens: 5}}, 'Expected `train.file` to be a string that is not empty'],
		[{validation: {file: 'val.bin', tokens: -1}}, 'Expected `validation.tokens` to be an integer'],
		[{validation: null}, 'Expected `validation` to be an object'],
	])('with %j is ERR_SOPHIA_FORMAT and names the file', (wrong, message) => {
		writeFileSync(path(), JSON.stringify({...good, ...wrong}));
		expect(() => readDescription(path())).toThrow(
			expect.objectContaining({
				code: 'ERR_SOPHIA_FORMAT',
				message: expect.stringContaining(`\`${path()}\`: ${message}`),
			}),
		);
	});
});

test('the files of a dataset are told from others, also where a link leads to them', async () => {
	mkdirSync(join(directory(), 'data'));
	symlinkSync('data', join(directory(), 'link'));
	const names = ['train.bin', 'val.bin', 'dataset.json', 'val.bin.tmp-17', 'a.txt', 'train.binary', 'more/train.bin'];
	const isOwn = await ownFiles(join(directory(), 'link'));
	const found = names.map((name) => isOwn(join(directory(), 'data', name)));
	expect(found).toEqual([true, true, true, true, false, false, false]);
	expect((await ownFiles(join(directory(), 'none')))('train.bin')).toBe(false);
});
