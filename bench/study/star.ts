/** A star: a configuration and all that differ from it in one setting. It is the proof that a configuration is tuned. */
import type {Axis} from '../candidates/axes';
import type {Settings} from '../candidates/candidate';
import type {Point} from './points';
import {canonical} from './regime';

/** The losses along a line through the centre. */
export interface Ray {
	/** The setting. */
	readonly axis: string;
	/** In the order of the axis; the centre is one of them. */
	readonly points: readonly {readonly value: number; readonly loss: number}[];
}

/** A configuration with another value. */
export const changed = (settings: Settings, axis: string, value: number | undefined): Settings | undefined =>
	value === undefined ? undefined : {...settings, [axis]: value};

/** The neighbours of a configuration on a line; one at a natural end has one. */
export function neighbours(settings: Settings, axis: Axis): readonly Settings[] {
	const value = settings[axis.name] ?? NaN;
	return [axis.previous(value), axis.next(value)].flatMap((each) => changed(settings, axis.name, each) ?? []);
}

/** The neighbours of a configuration in two settings at once. */
export function diagonals(settings: Settings, a: Axis, b: Axis): readonly Settings[] {
	return neighbours(settings, a).flatMap((each) => neighbours(each, b));
}

/** The line's grid through a configuration. */
export function line(settings: Settings, axis: Axis): readonly Settings[] {
	return axis.grid.flatMap((value) => changed(settings, axis.name, value) ?? []);
}

/** The star around a configuration, of what was tried from a seed. */
export function starOf(points: readonly Point[], centre: Settings, axes: readonly Axis[], seed: number): Ray[] {
	return axes.map((axis) => {
		const {name} = axis;
		const through = points.filter(
			({settings, losses}) =>
				losses[seed] !== undefined && canonical({...settings, [name]: 0}) === canonical({...centre, [name]: 0}),
		);
		const place = orderOf(axis);
		const values = through.map(({settings, losses}) => ({value: settings[name] ?? NaN, loss: losses[seed] ?? NaN}));
		return {axis: name, points: values.sort((a, b) => place(a.value) - place(b.value))};
	});
}

/** Where a value stands on a line, whose grid may end in 0 for none. */
function orderOf({grid}: Axis): (value: number) => number {
	const rising = grid.every((value, i) => i === 0 || value > (grid[i - 1] ?? NaN));
	return (value) => (rising || value !== 0 ? value : Infinity);
}
