/** Text drawn from a model, piece by piece. */
import {knownKeys, list, object, text} from './check';
import {argumentError} from './errors';
import {generationDefaults, type GenerateOptions} from './generation';
import type {Gpt2} from './gpt2';
import type {Tokenizer} from './tokenizer';

/** How text is drawn: as tokens are, but that words end it. */
export interface SampleOptions extends Omit<GenerateOptions, 'stop'> {
	/** What ends the text; it is not part of it. @default [] */
	readonly stop?: string | readonly string[];
}

/**
Text that continues a prompt, in pieces as soon as they are certain: whole characters, of which none can belong to a
`stop` any more.

@example
```
for await (const piece of sampleText(model, bytes, 'The state of the Union is ', {stop: '\n'})) {
	process.stdout.write(piece);
}
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`, also for a prompt without tokens
@throws SophiaError as `Gpt2.generate` does
*/
export function sampleText(
	model: Pick<Gpt2, 'stream'>,
	tokenizer: Tokenizer,
	prompt: string,
	options: SampleOptions = {},
): AsyncGenerator<string, void, void> {
	knownKeys(object('options', options), Object.keys(generationDefaults));
	const {stop = [], ...how} = options;
	const stops = typeof stop === 'string' ? [stop] : Array.from(list('stop', stop));
	const ends = stops.map((end, i) => stopText(`stop[${i}]`, end));
	return untilStop(characters(model.stream(tokenizer.encode(prompt), how), tokenizer), ends);
}

function stopText(name: string, given: unknown): string {
	if (text(name, given) === '') {
		throw argumentError('range', `Expected \`${name}\` to have a character, got none`);
	}
	return given as string;
}

/** Whole characters: a token may hold a part of one. */
async function* characters(tokens: AsyncIterable<number>, tokenizer: Tokenizer): AsyncGenerator<string, void, void> {
	const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
	for await (const token of tokens) {
		yield decoder.decode(tokenizer.bytes([token]), {stream: true});
	}
	yield decoder.decode();
}

/** The text before the first stop. As much of it is held back as may be the beginning of one. */
async function* untilStop(pieces: AsyncIterable<string>, stops: readonly string[]): AsyncGenerator<string, void, void> {
	let held = '';
	for await (const piece of pieces) {
		held += piece;
		const ends = stops.map((stop) => held.indexOf(stop)).filter((place) => place >= 0);
		if (ends.length > 0) {
			held = held.slice(0, Math.min(...ends));
			break;
		}
		const certain = held.length - Math.max(0, ...stops.map((stop) => overlap(held, stop)));
		if (certain > 0) {
			yield held.slice(0, certain);
			held = held.slice(certain);
		}
	}
	if (held !== '') {
		yield held;
	}
}

/** How many characters at the end of the text are the beginning of `stop`. */
function overlap(text: string, stop: string): number {
	let length = Math.min(text.length, stop.length - 1);
	while (!text.endsWith(stop.slice(0, length))) {
		length--;
	}
	return length;
}
