/** JSON lines: an object in each line, one of whose fields is a document. */
import {constants, isUtf8} from 'node:buffer';
import {suggestion} from '../check';
import {messageOf, wrongFile} from '../errors';
import {checkHeld, type Limits} from './limits';
import type {Piece} from './piece';

const lineBreak = 0x0a;

/** The documents of a file, in its order. Blank lines and empty texts are passed over. */
export async function* readJsonLines(
	path: string,
	chunks: AsyncIterable<Uint8Array>,
	field: string,
	limits: Limits,
): AsyncGenerator<Piece> {
	let number = 0;
	for await (const line of readLines(path, chunks, limits)) {
		number++;
		const bytes = Buffer.from(textOf(line, field, (reason) => wrongFile(path, `line ${number}: ${reason}`)));
		if (bytes.length > 0) {
			yield {bytes, begins: true};
		}
	}
}

/** @throws SophiaError `ERR_SOPHIA_FORMAT` for a line too long to be held */
async function* readLines(path: string, chunks: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<Uint8Array> {
	let parts: Uint8Array[] = [];
	let [held, number] = [0, 1];
	const add = (part: Uint8Array) => {
		held += part.length;
		checkHeld(path, `line ${number}`, held, limits);
		if (held > constants.MAX_STRING_LENGTH) {
			throw wrongFile(
				path,
				`line ${number}: expected at most ${constants.MAX_STRING_LENGTH} bytes, whatever may be held`,
			);
		}
		parts.push(part);
	};
	for await (const chunk of chunks) {
		let begin = 0;
		for (let end = chunk.indexOf(lineBreak); end >= 0; end = chunk.indexOf(lineBreak, begin)) {
			add(chunk.subarray(begin, end));
			yield Buffer.concat(parts);
			[parts, held, begin] = [[], 0, end + 1];
			number++;
		}
		add(chunk.subarray(begin));
	}
	if (held > 0) {
		yield Buffer.concat(parts);
	}
}

function textOf(line: Uint8Array, field: string, wrong: (reason: string) => Error): string {
	if (!isUtf8(line)) {
		throw wrong('expected UTF-8, got other bytes');
	}
	const json = Buffer.from(line.buffer, line.byteOffset, line.length).toString().trim(); // of a mark as well
	if (json === '') {
		return '';
	}
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch (error) {
		throw wrong(`is no JSON: ${messageOf(error)}`);
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw wrong('expected an object');
	}
	if (!Object.hasOwn(value, field)) {
		throw wrong(`has no field \`${field}\`${suggestion(field, Object.keys(value))}`);
	}
	const text = (value as Record<string, unknown>)[field];
	if (typeof text !== 'string') {
		throw wrong(`expected \`${field}\` to be a string, got ${text === null ? 'null' : typeof text}`);
	}
	return text;
}
