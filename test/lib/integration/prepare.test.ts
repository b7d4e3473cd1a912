import {existsSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {Dataset} from '../../../lib/dataset';
import {Lion} from '../../../lib/optimizers/lion';
import {temporaryDirectory} from '../temporary';
import {table} from '../text/table';
import {dist, follow, makeTrainer, sentences, sophia, start, until} from './setup';

const directory = temporaryDirectory();
const at = (...names: string[]) => join(directory(), ...names);

test('both formats of shards train to the same bits', async () => {
	const weights: Float32Array[] = [];
	for (const format of ['llm.c', 'nanogpt'] as const) {
		const data = await Dataset.prepare({text: sentences(100), directory: at(format), format});
		using trainer = await makeTrainer(data, new Lion(), {steps: 4});
		await follow(trainer);
		const {loss} = await trainer.model.evaluate(data, {split: 'train', batches: 0});
		const {tokens} = await trainer.model.examples(data, {sequences: 4});
		weights.push(trainer.model.read('wte.weight'), Float32Array.of(loss), Float32Array.from(tokens));
		trainer.model.dispose();
	}
	expect(weights.slice(0, 3)).toEqual(weights.slice(3));
});

test.each([
	['JSON lines', 'a.jsonl', (texts: string[]) => Buffer.from(texts.map((text) => JSON.stringify({text})).join('\n'))],
	['parquet', 'a.parquet', (texts: string[]) => table({groups: texts.map((text) => [text])})],
])('Ctrl-C leaves nothing of a preparation from %s', async (_name, file, make) => {
	const texts = Array.from({length: 300}, (_, i) => sentences(2000) + String(i));
	writeFileSync(at(file), make(texts));
	const {child, ended} = sophia('prepare', at(file), '--tokenizer', 'gpt2', '--output', at('data'));
	await until(() => existsSync(at('data')) && readdirSync(at('data')).length === 2, 'the first bytes');
	child.kill('SIGINT');
	const {code, stdout, stderr} = await ended;
	expect({code, stdout}).toEqual({code: 130, stdout: ''});
	expect(stderr).toContain('leaving no half-written file');
	expect(readdirSync(directory())).toEqual([file]);
});

/** Prepares so many copies of the text in a process of its own. */
async function prepared(text: string, copies: number): Promise<{tokens: number; memory: number}> {
	const part = gzipSync(text);
	writeFileSync(at('a.txt.gz'), Buffer.concat(Array.from({length: copies}, () => part)));
	const program = `
		const {Dataset} = require(${JSON.stringify(dist)});
		Dataset.prepare({files: ['a.txt.gz'], directory: 'data'}).then(({train, validation}) =>
			console.log(train.tokens + validation.tokens, process.resourceUsage().maxRSS * 1024));`;
	const child = start(['-e', `process.chdir(${JSON.stringify(directory())});${program}`]);
	const {stdout, stderr} = await child.ended;
	expect(stderr).toBe('');
	const [tokens = 0, memory = 0] = stdout.split(' ').map(Number);
	return {tokens, memory};
}

test('memory does not grow with the text', async () => {
	const text = sentences(100_000);
	const few = await prepared(text, 6);
	const many = await prepared(text, 60);
	expect(many.tokens).toBe(60 * text.length);
	expect(many.tokens - few.tokens).toBeGreaterThan(150e6);
	expect(many.memory - few.memory).toBeLessThan(50e6); // where the garbage collector stands is no growth
	expect(statSync(at('data', 'train.bin')).size).toBe(1024 + 2 * Math.round(0.9 * many.tokens));
});
