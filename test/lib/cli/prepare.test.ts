import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {prepareFiles} from '../../../lib/cli/prepare';
import {Dataset} from '../../../lib/dataset';
import {MemoryOutput} from '../output';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();

test('prepare says what it wrote, and on a terminal how far it is', async () => {
	const text = join(directory(), 'a.txt');
	writeFileSync(text, 'x'.repeat(100));
	const data = join(directory(), 'data');
	const output = new MemoryOutput();
	await prepareFiles([text], {output: data, validation: 0.25}, output);
	expect(output.text).toBe(`${join(data, 'train.bin')}: 75 tokens\n${join(data, 'val.bin')}: 25 tokens\n`);
	expect(Dataset.open(data).train.tokens).toBe(75);
	const terminal = new MemoryOutput(true);
	await prepareFiles([text], {output: data}, terminal);
	expect(terminal.text).toMatch(/100 % {2}0\.0\/0\.0 MB {2}0s left/);
});

test('nothing is said of the time left while nothing is known', async () => {
	const empty = join(directory(), 'empty.txt');
	writeFileSync(empty, '');
	const terminal = new MemoryOutput(true);
	await expect(prepareFiles([empty], {output: join(directory(), 'data')}, terminal)).rejects.toThrow('got 0 and 0');
	expect(terminal.text).toContain('0.0/0.0 MB');
	expect(terminal.text).not.toContain('left');
});

test('every option that there is reaches the preparation', async () => {
	const data = join(directory(), 'data');
	const file = join(directory(), 'a.jsonl');
	writeFileSync(file, Array.from({length: 20}, (_, i) => `{"body": "text ${i}"}\n`).join(''));
	const output = new MemoryOutput();
	const settings = {output: data, tokenizer: 'gpt2', format: 'nanogpt', field: 'body', split: 'end', validation: 0.5};
	await prepareFiles([file], settings, output);
	expect(output.text).toBe(`${join(data, 'train.bin')}: 30 tokens\n${join(data, 'val.bin')}: 30 tokens\n`);
	expect(Dataset.open(data)).toMatchObject({format: 'nanogpt', vocabulary: 50257});
});
