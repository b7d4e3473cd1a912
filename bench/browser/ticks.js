/** Where an axis is ruled, and what stands there. */
/* exported labelRoom, ticksOf, labelsOf */
'use strict';

/** Pixels that a label takes. */
const labelRoom = 56;
/** The smallest part of one that is read more easily as a fraction. */
const smallestPart = 64;

/**
 * Places on a logarithmic axis: those that were measured, where they are few and stand apart; else powers of the base,
 * and where those are too few, what lies between them.
 *
 * @param {{base: number, min: number, max: number, room: number}} axis room for so many labels
 * @param {readonly number[]} measured
 */
function ticksOf({base, min, max, room}, measured) {
	const inside = measured.filter((value) => value >= min && value <= max);
	const apart = Math.log(max / min) / room;
	const crowded = inside.some((value, i) => i > 0 && Math.log(value / (inside[i - 1] ?? value)) < apart);
	if (inside.length > 1 && !crowded) {
		return inside;
	}
	const choices = base === 10 ? [[1, 2, 5], [1]] : [[1]];
	const fitting = choices.map((digits) => powers(base, min, max, digits)).find(({length}) => length <= room);
	const all = fitting ?? powers(base, min, max, [1]);
	const stride = Math.ceil(all.length / room);
	const some = all.filter(
		(value) => Math.round(Math.log(value) / Math.log(base)) % stride === 0 || fitting !== undefined,
	);
	return some.length > 1 ? some : even(min, max, room);
}

/**
 * @param {number} base
 * @param {number} min
 * @param {number} max
 * @param {readonly number[]} digits
 */
function powers(base, min, max, digits) {
	const [first, last] = [min, max].map((end) => Math.floor(Math.log(end) / Math.log(base) + 1e-9));
	const exponents = Array.from({length: (last ?? 0) - (first ?? 0) + 1}, (_, i) => (first ?? 0) + i);
	const all = exponents.flatMap((exponent) =>
		digits.map((digit) => Number((digit * base ** exponent).toPrecision(12))),
	);
	return all.filter((value) => value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9));
}

/**
 * Round numbers at equal distances.
 *
 * @param {number} min
 * @param {number} max
 * @param {number} room
 */
function even(min, max, room) {
	const least = (max - min) / Math.max(2, Math.min(room, 6));
	const power = 10 ** Math.floor(Math.log10(least));
	const step = ([1, 2, 5, 10].find((digit) => digit * power >= least) ?? 10) * power;
	const first = Math.ceil(min / step);
	const count = Math.floor(max / step) - first + 1;
	return Array.from({length: Math.max(0, count)}, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/**
 * Labels with as many digits as tell them apart; on an axis of base 2, parts of one as fractions.
 *
 * @param {readonly number[]} ticks
 * @param {number | undefined} base
 */
function labelsOf(ticks, base) {
	const exact = (/** @type {number} */ places) =>
		ticks.every((value) => Math.abs(value - Number(value.toFixed(places))) <= Math.abs(value) * 1e-9);
	const places = Array.from({length: 8}, (_, i) => i).find(exact) ?? 0;
	return ticks.map((value) => {
		const parts = 1 / value;
		if (base === 2 && value < 1 && Number.isInteger(parts) && parts <= smallestPart) {
			return `1/${parts}`;
		}
		const fixed = base === undefined && places > 0 && Math.abs(value) < 1e4;
		return fixed ? value.toFixed(places) : short(Number(value.toPrecision(4)));
	});
}
