/** Who is drawn how: a name has one style in all charts of a document, and differs from whoever shares a chart with it. */
import type {Chart} from './document';

/** Colours that the page has; further styles repeat them with other marks and dashes. */
const colors = 7;

/** The style of each name, counted from 0: of those that no neighbour has, the one that fewest names have. */
export function stylesOf(charts: readonly Chart[]): ReadonlyMap<string, number> {
	const groups = charts.map(({series}) => series.filter(({neutral}) => neutral !== true).map(({name}) => name));
	const styles = new Map<string, number>();
	for (const name of groups.flat()) {
		if (!styles.has(name)) {
			const neighbours = groups.filter((group) => group.includes(name)).flat();
			styles.set(name, choose(styles, new Set(neighbours)));
		}
	}
	return styles;
}

function choose(styles: ReadonlyMap<string, number>, neighbours: ReadonlySet<string>): number {
	const taken = new Set([...neighbours].map((name) => styles.get(name)));
	const all = Array.from({length: Math.max(colors, taken.size + 1)}, (_, style) => style);
	const free = all.filter((style) => !taken.has(style));
	const users = (style: number) => [...styles.values()].filter((other) => other === style).length;
	return free.reduce((best, style) => (users(style) < users(best) ? style : best));
}
