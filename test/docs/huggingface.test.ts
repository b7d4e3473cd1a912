/** The command lines of docs/hugging-face.md, one after the other, on a small GPT-2 in place of the real one. */
import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {dist, sentences} from '../lib/integration/setup';
import {tinyConfig, tinyTensors, writeDirectory} from '../lib/pretrained/files';
import {temporaryDirectory} from '../lib/temporary';
import {commandLines} from './page';

const directory = temporaryDirectory();
const lines = commandLines('hugging-face.md').map((line) => line.replace(/^sophia /, ''));

/** What each command must print. */
const prints: Readonly<Record<string, RegExp>> = {
	import:
		/^gpt2\.safetensors: .* parameters, 2 layers of width 8, context 32, vocabulary 256, no tokenizer beside it\n$/,
	info: /^width +8$/m,
	prepare: /train\.bin: \d+ tokens\n/,
	train: /step 20\/20 .*\nrun\/last\.safetensors/,
	eval: /^loss \d\.\d+ nats per token/,
	export: /^trained: .* parameters of run\/best\.safetensors, for transformers\n$/,
};

test('every command line of docs/hugging-face.md does what it says', () => {
	const config = {...tinyConfig, n_positions: 32, vocab_size: 256, embd_pdrop: 0.1, attn_pdrop: 0.1, resid_pdrop: 0.1};
	writeDirectory(join(directory(), 'gpt2'), {config, tensors: tinyTensors(config)});
	writeFileSync(join(directory(), 'book.txt'), sentences(500));
	expect(lines.map((line) => line.split(' ')[0])).toEqual(Object.keys(prints));
	for (const line of lines) {
		const args = line.split(' ');
		const {status, stdout, stderr} = spawnSync(process.execPath, [join(dist, 'cli/main.js'), ...args], {
			cwd: directory(),
			env: {...process.env, SOPHIA_DEVICE: 'cpu'},
			encoding: 'utf8',
		});
		expect({line, status, stderr}).toEqual({line, status: 0, stderr: ''});
		expect(stdout).toMatch(prints[args[0] ?? ''] ?? /^$/);
	}
	const written = JSON.parse(readFileSync(join(directory(), 'trained/config.json'), 'utf8')) as object;
	expect(written).toMatchObject({n_positions: 16, vocab_size: 256, embd_pdrop: 0, bos_token_id: null});
});
