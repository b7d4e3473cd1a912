/** Numbers as people read them. */
/* exported short */
'use strict';

/**
 * A number in a few characters.
 *
 * @param {number | null | undefined} value
 */
function short(value) {
	if (value === null || value === undefined || !Number.isFinite(value)) {
		return value === undefined ? '–' : 'not finite';
	}
	const size = Math.abs(value);
	if (size >= 1e4) {
		return value.toLocaleString('en', {notation: 'compact', maximumSignificantDigits: 4});
	}
	const rounded = Number(value.toPrecision(4));
	return size > 0 && size < 1e-3 ? rounded.toExponential() : String(rounded);
}
