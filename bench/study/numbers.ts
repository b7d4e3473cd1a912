/** The numbers of a chart as a table: a row for each place on the horizontal axis, a column for each series. */
import type {Chart, Point, Table} from './document';
import {describer, showPlace} from './number';

/** @param most rows; of more, some are left out at equal distances, and the caption says so */
export function numbersOf(chart: Chart, most: number): Table {
	const {title, x, series, stamp} = chart;
	const places = [...new Set(series.flatMap(({points}) => points.map((point) => point.x)))];
	const ordered = places.filter((place) => !Number.isNaN(place)).sort((a, b) => a - b);
	const kept = thin([...ordered, ...places.filter(Number.isNaN)], most);
	const describe = describer(chart);
	const cell = (points: readonly Point[], place: number) => points.filter(({x}) => [x].includes(place)).map(describe);
	const part = kept.length < places.length ? `, ${kept.length} of ${places.length} places` : '';
	return {
		caption: `${title}: ${chart.y.title}${part}`,
		columns: [{title: x.title, numeric: true}, ...series.map(({name}) => ({title: name, numeric: true}))],
		rows: kept.map((place) => [showPlace(x, place), ...series.map(({points}) => cell(points, place).join('; '))]),
		...(stamp === undefined ? {} : {stamp}),
	};
}

/** The first, the last, and what lies between them at equal distances. */
function thin<T>(all: readonly T[], most: number): readonly T[] {
	const step = (all.length - 1) / (most - 1);
	const some = Array.from({length: most}, (_, i) => all[Math.round(i * step)] as T);
	return all.length <= most ? all : some;
}
