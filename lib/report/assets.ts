/** What a page consists of besides its content: uPlot and the page's own script and style, to be written into it. */
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

/** What a page is made of. */
export interface Sources {
	/** Files, in the order in which they build on each other. */
	readonly scripts: readonly string[];
	readonly styles: readonly string[];
	/** What the page may connect to, as the policy says it. */
	readonly connect: "'none'" | "'self'";
}

export interface Assets {
	readonly script: string;
	readonly style: string;
	/** That of uPlot, a part of the script. */
	readonly license: string;
	/** What the page may load and run: these two texts, and nothing else. */
	readonly policy: string;
}

/** Beside the sources and beside what is compiled from them alike. */
const folder = join(__dirname, '../../lib/browser');

/** The path of a script or style that pages share, by its name in `lib/browser`. */
export const shared = (name: string) => join(folder, name);

export function readAssets({scripts, styles, connect}: Sources): Assets {
	const uplot = dirname(createRequire(__filename).resolve('uplot/dist/uPlot.iife.min.js'));
	const texts = (...paths: string[]) => paths.map((path) => readFileSync(path, 'utf8')).join('\n');
	const script = texts(join(uplot, 'uPlot.iife.min.js'), ...scripts);
	const style = texts(join(uplot, 'uPlot.min.css'), ...styles);
	const policy = [
		"default-src 'none'",
		`script-src ${hash(script)}`,
		`style-src ${hash(style)}`,
		'img-src data:', // an icon of nothing, so that none is asked for
		`connect-src ${connect}`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ');
	return {script, style, license: texts(join(uplot, '../LICENSE')), policy};
}

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
