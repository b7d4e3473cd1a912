/** How a series looks: a colour, a dash and a mark, each of which tells it apart without the others. */
/* exported styleOf, sampleOf */
'use strict';

/** Around a middle of 0, six pixels to each side. */
const marks = [
	'M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z', // a disc
	'M-4.5-4.5H4.5V4.5H-4.5Z', // a square
	'M0-6.2L5.8 4.4H-5.8Z', // a triangle
	'M0-6.4L5.4 0L0 6.4L-5.4 0Z', // a diamond
	'M0 6.2L5.8-4.4H-5.8Z', // a triangle on its head
	'M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z', // a plus
	'M0-2.6L3.2-5.8L5.8-3.2L2.6 0L5.8 3.2L3.2 5.8L0 2.6L-3.2 5.8L-5.8 3.2L-2.6 0L-5.8-3.2L-3.2-5.8Z', // a cross
	'M0-6.6L1.9-2.6L6.3-2L3.1 1L3.9 5.4L0 3.3L-3.9 5.4L-3.1 1L-6.3-2L-1.9-2.6Z', // a star
];

/** @typedef {{color: string, dash: number[], mark: string, hollow: boolean}} Style */

/**
 * @param {number | undefined} style counted from 0, undefined for what is neutral
 * @returns {Style}
 */
function styleOf(style) {
	if (style === undefined) {
		return {color: '--quiet', dash: [3, 3], mark: marks[0] ?? '', hollow: true};
	}
	const round = Math.floor(style / colorCount);
	return {
		color: `--line-${style % colorCount}`,
		dash: dashes[(style + round) % dashes.length] ?? [],
		mark: marks[style % marks.length] ?? '',
		hollow: false,
	};
}

/**
 * What stands beside a name.
 *
 * @param {Style} style
 * @param {boolean} line
 */
function sampleOf({color: name, dash, mark, hollow}, line) {
	const stroke = {stroke: 'currentColor', 'stroke-dasharray': dash.join(' ') || 'none'};
	const sample = element(
		'svg',
		{class: 'sample', viewBox: '0 0 40 14', 'aria-hidden': 'true'},
		...(line ? [element('line', {x1: '0', y1: '7', x2: '40', y2: '7', ...stroke})] : []),
		element('path', {d: mark, transform: 'translate(20 7)', class: hollow ? 'hollow' : 'filled'}),
	);
	sample.style.setProperty('color', `var(${name})`);
	return sample;
}
