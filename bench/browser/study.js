/** The page at work: a figure for each chart, in the colours of the screen, and on paper in those of paper. */
'use strict';

/** @type {unknown} */
const written = JSON.parse(document.getElementById('data')?.textContent ?? '');
const {charts} = /** @type {{charts: DrawnChart[]}} */ (written);
const figures = charts.map(
	(chart, i) => new Figure(/** @type {HTMLElement} */ (document.getElementById(`chart-${i}`)), chart),
);

/** Pixels between the margins of a sheet, and of a height of which two have room. */
const sheet = /** @type {const} */ ([640, 250]);

const {classList} = document.documentElement;
const lay = () => figures.forEach((figure) => figure.lay(classList.contains('paper') ? sheet : undefined));

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', lay);
addEventListener('beforeprint', () => {
	classList.add('paper');
	lay();
});
addEventListener('afterprint', () => {
	classList.remove('paper');
	lay();
});
