/** Text that a run's model makes, for its page. */
import {existsSync} from 'node:fs';
import {checkpointTokenizer} from '../checkpoint';
import type {Placement} from '../config';
import {bestCheckpoint} from '../directory';
import {messageOf} from '../errors';
import {generationDefaults} from '../generation';
import {Gpt2} from '../gpt2';
import type {Sample} from './parts';

const {count, temperature, seed} = generationDefaults;

/** What the model begins with. */
const prompt = '\n';

/** Draws from the best checkpoint of a directory, the same text each time. What hinders it is said in its place. */
export async function drawSample(directory: string, placement: Placement = {}): Promise<Sample> {
	const path = bestCheckpoint(directory);
	if (!existsSync(path)) {
		return {absent: 'there is no best checkpoint yet.'};
	}
	try {
		const tokenizer = checkpointTokenizer(path);
		using model = await Gpt2.load(path, placement);
		const text = tokenizer.decode(await model.generate(tokenizer.encode(prompt), {count, temperature, seed}));
		return {text, how: `${count} tokens from the best checkpoint, temperature ${temperature}, seed ${seed}.`};
	} catch (error) {
		return {absent: messageOf(error)};
	}
}
