// What keeping keys and values saves when text is drawn: milliseconds for a token with and without, after prompts of
// several lengths. The tokens are compared: they must be the same.
//
//   node bench/sampling.mjs [--layers 12] [--heads 12] [--width 768] [--context 1024] [--vocabulary 50257]
//                           [--threads 2] [--tokens 8] [--turns 5] [--prompts 1,256,1000]
//
// Turns alternate. Ratios are medians over the turns, with the least and the greatest.
import {deepStrictEqual} from 'node:assert';
import {parseArgs} from 'node:util';
import {Gpt2} from '../dist/index.mjs';

const standard = {
	layers: '12',
	heads: '12',
	width: '768',
	context: '1024',
	vocabulary: '50257',
	threads: '2',
	tokens: '8',
	turns: '5',
	prompts: '1,256,1000',
};
const {values} = parseArgs({
	options: Object.fromEntries(
		Object.entries(standard).map(([name, value]) => [name, {type: 'string', default: value}]),
	),
});
const {prompts, ...texts} = values;
const {threads, tokens, turns, ...shape} = Object.fromEntries(
	Object.entries(texts).map(([name, text]) => [name, Number(text)]),
);

const model = await Gpt2.create(shape, {device: 'cpu', threads});

/** Milliseconds for a token once the prompt has passed, and the tokens. */
async function draw(prompt, cache) {
	const drawn = [];
	let start = 0;
	for await (const token of model.stream(prompt, {count: tokens + 1, cache})) {
		if (drawn.length === 0) start = performance.now();
		drawn.push(token);
	}
	return {time: (performance.now() - start) / tokens, drawn};
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log('prompt  kept, ms  anew, ms  ratio (least to greatest)');
for (const length of prompts.split(',').map(Number)) {
	const prompt = Array.from({length}, (_, i) => (7 * i) % shape.vocabulary);
	const kept = [];
	const anew = [];
	for (let turn = 0; turn < turns; turn++) {
		const [a, b] = [await draw(prompt, true), await draw(prompt, false)];
		deepStrictEqual(a.drawn, b.drawn);
		kept.push(a.time);
		anew.push(b.time);
	}
	const ratios = anew.map((time, i) => time / kept[i]);
	const [ratio, least, greatest] = [middle(ratios), Math.min(...ratios), Math.max(...ratios)].map((x) => x.toFixed(1));
	const times = [middle(kept), middle(anew)].map((x) => x.toFixed(1).padStart(8)).join('  ');
	console.log(`${String(length).padStart(6)}  ${times}  ${ratio} (${least} to ${greatest})`);
}

model.dispose();
