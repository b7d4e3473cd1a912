import {copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Dataset} from '../../lib/dataset';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();
const text = 'a text that is long enough for two shards';
const make = () => Dataset.prepare({text, directory: directory(), validation: 0.25});

describe('Dataset', () => {
	test('knows its shards, its vocabulary and its tokenizer', async () => {
		const data = await make();
		expect(data).toMatchObject({vocabulary: 256, tokenizer: {name: 'bytes'}, format: 'llm.c'});
		expect(data.train).toEqual({path: join(directory(), 'train.bin'), tokens: 31});
		expect(data.validation).toEqual({path: join(directory(), 'val.bin'), tokens: 10});
	});

	test('open finds what prepare wrote, and JSON makes the same of it', async () => {
		const data = await make();
		expect(Dataset.open(directory())).toEqual(data);
		expect(new Dataset(JSON.parse(JSON.stringify(data)) as never)).toEqual(data);
	});

	test('a description from before there were two formats is read', async () => {
		const data = await make();
		const path = join(directory(), 'dataset.json');
		const {format, ...older} = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
		expect(format).toBe('llm.c');
		writeFileSync(path, JSON.stringify(older));
		expect(Dataset.open(directory())).toEqual(data);
	});

	test.each(['llm.c', 'nanogpt'] as const)('shards of GPT-2 without a description, %s, are opened', async (format) => {
		const data = await Dataset.prepare({text, directory: directory(), tokenizer: 'gpt2', format, validation: 0.5});
		rmSync(join(directory(), 'dataset.json'));
		expect(Dataset.open(directory())).toEqual(data);
		expect(data).toMatchObject({vocabulary: 50257, tokenizer: {name: 'gpt2'}, format});
		writeFileSync(join(directory(), 'meta.pkl'), '');
		expect(() => Dataset.open(directory())).toThrow('meta.pkl`: says what the tokens are, and is not read');
	});

	test('a directory without a dataset is ERR_SOPHIA_IO', () => {
		const open = () => Dataset.open(directory());
		expect(open).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_IO', message: expect.stringContaining('dataset.json')}),
		);
	});

	test.each<[string, () => void]>([
		['cut short', () => truncateSync(join(directory(), 'train.bin'), 1030)],
		['not described', () => writeFileSync(join(directory(), 'dataset.json'), '{}')],
		['described by no JSON', () => writeFileSync(join(directory(), 'dataset.json'), '{"train":')],
		['described by null', () => writeFileSync(join(directory(), 'dataset.json'), 'null')],
	])('a dataset that is %s is ERR_SOPHIA_FORMAT', async (_name, damage) => {
		await make();
		damage();
		expect(() => Dataset.open(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});

	test('shards of another text than the one described are ERR_SOPHIA_FORMAT', async () => {
		const other = join(directory(), 'other');
		await make();
		await Dataset.prepare({text: `${text} and more`, directory: other});
		copyFileSync(join(other, 'train.bin'), join(directory(), 'train.bin'));
		expect(() => Dataset.open(directory())).toThrow('describes other shards');
	});

	test('paths are strings without NUL characters', async () => {
		const json = (await make()).toJSON();
		expect(() => Dataset.open('a\0b')).toThrow('Expected `directory` to be a path, without NUL characters');
		expect(() => new Dataset({...json, train: 'a\0'})).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}),
		);
	});

	test('an option that does not exist is named', async () => {
		const json = (await make()).toJSON();
		expect(() => new Dataset({...json, vocabular: 3} as never)).toThrow('did you mean `vocabulary`?');
	});
});
