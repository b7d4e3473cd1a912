/** A report of the study as a page: one file. What it says it says without a script; it draws with one. */
import {join} from 'node:path';
import {wrapAsync} from '#lib/errors';
import {writeWhole} from '#lib/files';
import {shared} from '#lib/report/assets';
import {html} from '#lib/report/html';
import {root} from '../root';
import {brief, stampsOf, type Document} from './document';
import {drawn} from './drawn';
import {body} from './parts';
import {stylesOf} from './styles';

const own = (name: string) => join(root, 'bench/browser', name);

/** In the order in which they build on each other. */
const scripts = [
	...['numbers.js', 'drawing.js'].map(shared),
	...['marks.js', 'ticks.js', 'scales.js', 'ground.js', 'painting.js', 'reading.js', 'figure.js', 'study.js'].map(own),
];
const styles = [...['page.css', 'charts.css'].map(shared), own('plots.css'), own('study.css')];

/** The page as HTML. @param maker what made it, with its version */
export function page(document: Document, maker: string): string {
	const all = document.sections.flatMap(({charts}) => charts);
	const names = stylesOf(all);
	const charts = all.map((chart) => drawn(chart, names, brief(stampsOf(document, chart))));
	const title = document.stamp === undefined ? document.title : `${brief([document.stamp])}: ${document.title}`;
	return html({title, body: body(document), data: {charts}, maker}, {scripts, styles, connect: "'none'"});
}

/** Writes the page, all of it or nothing. @throws SophiaError `ERR_SOPHIA_IO` */
export async function writePage(path: string, document: Document, maker: string): Promise<void> {
	const text = page(document, maker);
	await wrapAsync(() => writeWhole(path, (file) => file.writeFile(text)));
}
