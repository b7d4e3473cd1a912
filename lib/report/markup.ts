/**
Markup that holds what others wrote: names, samples, configurations. Text goes into a page through `markup` and is only
text there; JSON goes through `embed` and cannot end its element.
*/

/** Finished markup. */
export class Markup {
	constructor(readonly text: string) {}
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** A NUL has no place in a page. */
const escape = (text: string) => text.replace(/[&<>"'\0]/g, (character) => entities[character] ?? '\uFFFD');

type Part = string | number | Markup | readonly Markup[];

/** A template whose strings and numbers are text; markup and lists of it stay what they are. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
	const textOf = (part: Part | undefined): string => {
		if (typeof part === 'string' || typeof part === 'number') {
			return escape(String(part));
		}
		return part instanceof Markup ? part.text : (part ?? []).map(({text}) => text).join('');
	};
	return new Markup(strings.map((string, i) => string + textOf(parts[i])).join(''));
}

/** Data for a script: what could end its element, or a line of it, is written as an escape of JSON. */
export function embed(data: unknown): Markup {
	const unsafe = /[<>&\u2028\u2029]/g;
	const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
	return new Markup(JSON.stringify(data).replace(unsafe, code));
}
