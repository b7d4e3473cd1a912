/** The page at work: a figure for each chart, in the colours of the screen, and on paper in those of paper. */
'use strict';

/** @type {unknown} */
const written = JSON.parse(document.getElementById('data')?.textContent ?? '');
const {charts} = /** @type {{charts: DrawnChart[]}} */ (written);
const figures = charts.map(
	(chart, i) => new Figure(/** @type {HTMLElement} */ (document.getElementById(`chart-${i}`)), chart),
);

/** Pixels between the margins of a sheet. */
const sheetWidth = 640;

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
	figures.forEach((figure) => figure.redraw()),
);
addEventListener('beforeprint', () => {
	document.documentElement.classList.add('paper');
	figures.forEach((figure) => {
		figure.fit(sheetWidth);
		figure.redraw();
	});
});
addEventListener('afterprint', () => {
	document.documentElement.classList.remove('paper');
	figures.forEach((figure) => {
		figure.fit();
		figure.redraw();
	});
});
