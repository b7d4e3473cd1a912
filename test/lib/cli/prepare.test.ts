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
	expect(terminal.text).toMatch('\r100 %\r');
});
