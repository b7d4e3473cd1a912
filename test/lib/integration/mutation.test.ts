/** Directories of transformers with bytes changed at random: each is a model, or an error with a code. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Gpt2} from '../../../lib/gpt2';
import {tokenizerKind} from '../../../lib/pretrained/tokenizer';
import {writeDirectory} from '../pretrained/files';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();

/** What a format trips over; besides these there are bytes changed, dropped, doubled and moved. */
const words = [
	...['0', '-1', '1e999', '2147483647', '9007199254740993', '1e-5', 'null', 'true', '[]', '{}', '""', '\0', '\u00ff'],
	...['"n_layer"', '"n_embd"', '"__proto__"', '"../x.safetensors"', '"transformer.wte.weight"', '"F64"', '"BF16"'],
];

/** Numbers below `below`, from a seed. */
function dice(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state * 48271) % 2147483647;
		return state % below;
	};
}

/** A few changes, anywhere. */
function mutate(text: Buffer, roll: (below: number) => number): Buffer {
	let changed = text;
	for (let left = 1 + roll(3); left > 0; left--) {
		const place = roll(Math.max(1, changed.length));
		const length = 1 + roll(8);
		const [head, cut, tail] = [
			changed.subarray(0, place),
			changed.subarray(place, place + length),
			changed.subarray(place + length),
		];
		const one = Buffer.from([roll(256)]);
		const word = Buffer.from(words[roll(words.length)] ?? '');
		const middles = [Buffer.concat([one, cut.subarray(1)]), Buffer.alloc(0), Buffer.concat([cut, cut]), word];
		changed = Buffer.concat([head, middles[roll(middles.length)] ?? one, tail]);
	}
	return changed;
}

/** The same in the header of a safetensors file, whose length is true again half of the time. */
function mutateHeader(file: Buffer, roll: (below: number) => number): Buffer {
	const begin = 8 + Number(file.readBigUInt64LE(0));
	const [header, body] = [file.subarray(8, begin), file.subarray(begin)];
	if (roll(2) === 0) {
		return Buffer.concat([mutate(file.subarray(0, begin), roll), body]);
	}
	const changed = mutate(header, roll);
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(changed.length));
	return Buffer.concat([length, changed, body]);
}

async function outcome(work: () => unknown): Promise<string> {
	try {
		const made = await work();
		if (made instanceof Gpt2) {
			made.dispose();
		}
		return 'fine';
	} catch (error) {
		return (error as {code?: string}).code ?? String(error);
	}
}

const load = async () => Gpt2.fromPretrained(directory(), {device: 'cpu', threads: 1});
const rounds = 300;

describe.each<[string, number, () => unknown]>([
	['config.json', 1, load],
	['model.safetensors', 1, load],
	['model.safetensors.index.json', 3, load],
	['model-00002-of-00003.safetensors', 3, load],
	['tokenizer.json', 1, () => tokenizerKind(directory())],
	['vocab.json', 1, () => tokenizerKind(directory())],
])('a %s', (name, shards, work) => {
	test(`of which bytes are changed is a model or an error with a code, ${rounds} times`, async () => {
		writeDirectory(directory(), {shards});
		const path = join(directory(), name);
		if (name.startsWith('tokenizer') || name.startsWith('vocab')) {
			const vocab = {'!': 0, a: 1, ab: 2};
			const model = {type: 'BPE', vocab, merges: ['a b']};
			writeFileSync(path, JSON.stringify(name === 'vocab.json' ? vocab : {model, pre_tokenizer: {type: 'ByteLevel'}}));
		}
		const whole = readFileSync(path);
		const change = name.endsWith('.safetensors') ? mutateHeader : mutate;
		const before = process.memoryUsage.rss();
		const outcomes = new Map<string, number>();
		for (let round = 1; round <= rounds; round++) {
			writeFileSync(path, change(whole, dice(round)));
			const found = await outcome(work);
			outcomes.set(found, (outcomes.get(found) ?? 0) + 1);
		}
		const allowed = ['fine', 'ERR_SOPHIA_FORMAT', 'ERR_SOPHIA_IO'];
		expect([...outcomes.keys()].filter((found) => !allowed.includes(found))).toEqual([]);
		expect(outcomes.get('ERR_SOPHIA_FORMAT')).toBeGreaterThan(rounds / 4);
		expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20);
	});
});
