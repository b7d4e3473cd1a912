/** docs/performance.md: what it says of memory is what the command prints. */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {blocks, commandLines, root} from './page';

const page = 'performance.md';
const [first = '', ...others] = commandLines(page);

function print(line: string): string {
	const [, ...words] = line.split(' ');
	const {status, stdout, stderr} = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...words], {
		encoding: 'utf8',
	});
	expect({status, stderr}).toEqual({status: 0, stderr: ''});
	return stdout;
}

test('the memory of GPT-2 124M is as it stands there', () => {
	expect(print(first)).toBe(blocks(page, 'text')[0]);
});

test('so is what recomputing leaves of the activations', () => {
	const activations = others.map((line) => /^activations +(.*)$/m.exec(print(line))?.[1]);
	expect(activations).toEqual(['2.4 GiB', '1.6 GiB', '481.4 MiB']);
});
