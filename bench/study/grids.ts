/** Grids that a caller gives instead of a candidate's own. */
import {UsageError} from '#lib/cli/options';
import {suggestion} from '#lib/check';
import type {Axis} from '../candidates/axes';
import type {Candidate} from '../candidates/candidate';

/**
What a text such as `learningRate=1e-3,2e-3 weightDecay` says is searched, in the candidate's order, whatever the text's;
everything where there is none. Grids are extended all the same where the best is at an end.

@throws UsageError for a setting that the optimizer does not have, or that comes twice, and for a grid of one value or
of values that the setting cannot have
*/
export function axesOf(candidate: Candidate, text: string | undefined): readonly Axis[] {
	const asked = text
		?.trim()
		.split(/\s+/)
		.map((word) => axisOf(candidate, word));
	const names = asked?.map(({name}) => name) ?? [];
	const twice = names.find((name, i) => names.indexOf(name) < i);
	if (twice !== undefined) {
		throw new UsageError(`Expected every setting once in \`--grid\`, got \`${twice}\` twice`);
	}
	const place = ({name}: Axis) => candidate.axes.findIndex((axis) => axis.name === name);
	return asked?.sort((a, b) => place(a) - place(b)) ?? candidate.axes;
}

function axisOf({name: optimizer, axes}: Candidate, word: string): Axis {
	const [name = '', values] = word.split('=');
	const axis = axes.find((each) => each.name === name);
	if (axis === undefined) {
		const known = axes.map((each) => each.name);
		const hint = suggestion(name, known) || `, expected some of ${known.join(', ')}`;
		throw new UsageError(`Unknown setting \`${name}\` of ${optimizer} in \`--grid\`${hint}`);
	}
	return values === undefined ? axis : axis.over(gridOf(axis, values));
}

function gridOf({name, holds, values: expected}: Axis, values: string): readonly number[] {
	const grid = values.split(',').map((value) => (value.trim() === '' ? NaN : Number(value)));
	if (!grid.every(holds)) {
		throw new UsageError(`Expected ${expected} for \`${name}\` in \`--grid\`, got \`${values}\``);
	}
	if (new Set(grid).size < 2) {
		throw new UsageError(
			`Expected two values or more for \`${name}\` in \`--grid\`: with one there is nothing to search`,
		);
	}
	return [...new Set(grid)];
}
