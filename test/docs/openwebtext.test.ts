import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {holdsOut} from '../../lib/split';
import {sophia} from '../lib/integration/setup';
import {temporaryDirectory} from '../lib/temporary';
import {table} from '../lib/text/table';
import {blocks} from './page';

const directory = temporaryDirectory();
const lines = blocks('openwebtext.md', 'sh').flatMap((block) => block.trim().split('\n'));

/** What the page says that is done to its lines. */
const gpu = ['--device', 'cuda', '--dtype', 'bfloat16'];
const small = '--device cpu --steps 2 --batch 1 --accumulation 1 --evaluation-every 0'.split(' ');

/** The line as it runs here, in the directory of the test. */
function argumentsOf(line: string, first: boolean): string[] {
	const [program, command = '', ...rest] = line.split(' ');
	expect(program).toBe('sophia');
	const kept = rest
		.filter((word) => !gpu.includes(word))
		.map((word) => (/^(openwebtext|data\/|runs\/)/.test(word) ? join(directory(), word) : word));
	const train = [...small, ...(first ? [] : ['--layers', '1'])];
	const added = {train, eval: ['--device', 'cpu', '--batch', '1']}[command] ?? [];
	return [command, ...kept, ...added];
}

/** Short documents, and longer ones where there is something to validate on. */
function documents(): string[] {
	const count = 2 + Array.from({length: 1e5}, (_, i) => i).findIndex((i) => holdsOut(1337, i, 0.0005));
	const long = Array.from({length: 560}, (_, i) => `word ${(i * i) % 89}`).join(' ');
	return Array.from({length: count}, (_, i) => (holdsOut(1337, i, 0.0005) || i === 0 ? long : `short ${i}`));
}

test('every command line of the runbook runs', async () => {
	expect(lines.map((line) => line.split(' ', 2).join(' '))).toEqual([
		'sophia prepare',
		...Array.from({length: 4}, () => 'sophia train'),
		'sophia eval',
		'sophia info',
	]);
	mkdirSync(join(directory(), 'openwebtext'));
	const texts = documents();
	const half = texts.length >> 1;
	writeFileSync(
		join(directory(), 'openwebtext', '0.parquet'),
		table({groups: [texts.slice(0, half), texts.slice(half)]}),
	);
	const outputs: string[] = [];
	for (const [index, line] of lines.entries()) {
		const {code, stdout, stderr} = await sophia(...argumentsOf(line, index === 1)).ended;
		expect({line, code, stderr}).toEqual({line, code: 0, stderr: ''});
		outputs.push(stdout);
		const [, output] = index > 1 ? (/--output (runs\S+)/.exec(line) ?? []) : [];
		if (output !== undefined) {
			rmSync(join(directory(), output), {recursive: true}); // checkpoints are large
		}
	}
	expect(outputs[0]).toMatch(/train\.bin: \d+ tokens\n.*val\.bin: \d+ tokens\n/);
	expect(outputs[1]).toMatch(/^sophia-g on 124,337,664 parameters[^]*step 2\/2 {2}loss \d/);
	expect(outputs[5]).toMatch(/^loss \d+\.\d+ nats per token/);
}, 300_000); // the largest step of all tests
