/** A report with everything in it, of made-up numbers that are the same each time. */
import type {Chart, Document, Point, Series, Table} from '../../../bench/study/document';

const optimizers = ['AdamW', 'Lion', 'Sophia-G', 'Sophia-H', 'SGD with momentum', 'Signum'];

/** One of a few numbers or words, by the place of an optimizer. */
function of<T>(who: number, ...each: readonly T[]): T {
	return each[who % each.length] as T;
}
const ratios = [1, 2, 4, 8];
const parameters = 55_296;

/** Between −1 and 1, by no pattern that the eye sees. */
const noise = (i: number) => 2 * ((Math.sin(12.9898 * (i + 1)) * 43_758.5453) % 1);

const lossAt = (who: number, tokens: number) =>
	1.35 + of(who, 0, 0.012, 0.02, 0.016, 0.16, 0.09) + 58 * tokens ** -0.29;

function final(who: number): Series {
	const points = ratios.map((ratio, i): Point => {
		const x = ratio * 20 * parameters;
		const y = lossAt(who, x) + 0.004 * noise(who * 7 + i) - (who === 2 ? 0.006 * i : 0);
		return {x, y, low: y - 0.011, high: y + 0.011};
	});
	return {name: of(who, ...optimizers), points};
}

const losses: Chart = {
	title: 'Final validation loss',
	about: 'Mean of five seeds after the whole schedule, with 95 % intervals. Points of one ratio stand side by side.',
	x: {title: 'tokens', log: 10},
	y: {title: 'loss, nats per byte', decimals: 4},
	series: optimizers.map((_, who) => final(who)),
};

const sensitivity: Chart = {
	title: 'Sensitivity to the learning rate',
	about: 'Loss above the best of each optimizer, over the ratio of its learning rate to the best one.',
	x: {title: 'learning rate ÷ best', log: 2},
	y: {title: 'loss − best, nats per byte', range: [0, 0.12]},
	series: optimizers.map((name, who) => ({
		name,
		points: [-3, -2, -1, 0, 1, 2, 3].map((octave, i) => ({
			x: 2 ** octave,
			y:
				who < 3 && octave > 3 - who
					? Infinity
					: of(who, 0.9, 0.55, 0.4, 0.35, 0.7, 0.6) * 0.02 * octave ** 2 * (octave < 0 ? 1 : 1.4 + 0.2 * noise(i)),
		})),
	})),
	bands: [{from: 0, to: 0.003, title: 'near-optimal: within 0.003'}],
};

const star: Chart = {
	title: 'Star of Sophia-G at ratio 1',
	about: 'One setting is changed at a time, all others stay at the optimum.',
	x: {title: 'value ÷ optimum', log: 2},
	y: {title: 'loss, nats per byte'},
	series: ['learning rate', 'weight decay', 'β₁', 'β₂', 'ρ', 'warm-up', 'gradient clip'].map((name, which) => ({
		name,
		points: [-2, -1, 0, 1, 2].map((octave, i) => ({
			x: 2 ** octave,
			y:
				which === 0 && octave === 2
					? NaN
					: 2.318 + 0.0022 * (1 + which) * octave ** 2 * (1 + 0.3 * noise(which * 5 + i)),
		})),
	})),
	bands: [{from: -Infinity, to: 2.321, title: 'not told from the optimum'}],
};

function speedup(kind: string, factor: number): Chart {
	return {
		title: `Speed-up in ${kind}`,
		about: `How many times the ${kind} AdamW needs for the same loss; 95 % intervals of the joint fit.`,
		x: {title: 'tokens per parameter ÷ 20', log: 2},
		y: {title: 'times AdamW', decimals: 2},
		series: optimizers.slice(1, 4).map((name, who) => ({
			name,
			points: ratios.map((x, i): Point => {
				const y = factor * of(who, 0.96, 1.12, 1.2) * (1 - 0.03 * i) + 0.01 * noise(who + 4 * i);
				const bound = who === 2 && i === 3;
				return bound ? {x, y: 1.25 * factor, bound: 'above'} : {x, y, low: y - 0.09, high: y + 0.12};
			}),
		})),
		levels: [{at: 1, title: 'tie at 1.0'}],
	};
}

const curves: Chart = {
	title: 'Learning curves at ratio 4',
	about: 'Validation loss on the way. Only the last point is judged; rings are where a ranking flipped.',
	x: {title: 'tokens'},
	y: {title: 'loss, nats per byte', range: [1.9, 3.4]},
	series: [
		...optimizers.slice(0, 4).map((name, who) => ({
			name,
			points: Array.from({length: 200}, (_, i): Point => {
				const x = ((i + 1) / 200) * 80 * parameters;
				const decay = 0.14 * of(who, 1, 0.7, 1.3, 1.15) * (i / 199) ** 3;
				const y = lossAt(who, x * of(who, 1, 1.5, 0.8, 0.85)) + 0.1 - decay + 0.006 * noise(i + 300 * who);
				return {x, y, low: y - 0.02, high: y + 0.02};
			}),
		})),
		{
			name: 'crossings',
			neutral: true,
			line: false,
			points: [
				{x: 2.1e6, y: 2.31, label: 'Sophia-G passes Lion'},
				{x: 3.4e6, y: 2.2, label: 'Sophia-H passes AdamW'},
			],
		},
	],
};

const quadratics: Chart = {
	title: 'Steps to a tolerance on quadratics',
	about: 'Steps until the loss is 10⁻⁶ of what it was, each with its best learning rate.',
	x: {title: 'condition number', log: 10},
	y: {title: 'steps', log: 10},
	lost: 'not reached',
	series: [
		...['Sophia-G', 'AdamW', 'Lion', 'SGD with momentum'].map((name, who) => ({
			name,
			points: [1, 2, 3, 4, 5, 6].map((power, i) => {
				const steps = 30 * 10 ** (of(who, 0.01, 0.32, 0.41, 0.5) * power * (1 + 0.05 * noise(i + who)));
				return {x: 10 ** power, y: who === 3 && power > 5 ? Infinity : Math.round(steps)};
			}),
		})),
		{name: '∝ √κ, theory', neutral: true, points: [1, 6].map((power) => ({x: 10 ** power, y: 20 * 10 ** (power / 2)}))},
	],
};

const ranking: Table = {
	caption: 'Final validation loss at ratio 4, five seeds',
	columns: [
		{title: 'optimizer', numeric: false},
		{title: 'loss', numeric: true},
		{title: '95 % interval', numeric: true},
		{title: 'against AdamW', numeric: true},
		{title: 'Holm', numeric: true},
		{title: 'ms a step', numeric: true},
		{title: 'state, bytes per parameter', numeric: true},
		{title: 'verdict', numeric: false},
	],
	rows: optimizers.map((name, who) => [
		name,
		lossAt(who, 80 * parameters).toFixed(4),
		'±0.0110',
		who === 0 ? '–' : (0.01 * noise(who)).toFixed(4),
		who === 0 ? '–' : (Math.abs(noise(who)) / 2).toFixed(3),
		(3 + who * 0.4).toFixed(2),
		who === 1 || who > 3 ? '4' : '8',
		of(who, 'reference', 'tie', 'tie', 'tie', 'slower', 'slower'),
	]),
};

/** Every kind of chart, with all that may befall a point. */
export const charts = {losses, sensitivity, star, tokens: speedup('tokens', 1), curves, quadratics};

export const sample: Document = {
	title: 'Is Sophia faster than AdamW and Lion?',
	head: [
		['machine', 'AMD EPYC 9B14, 2 cores, avx512bf16'],
		['versions', 'sophia-native 0.1.0, Node 20.19.0'],
		['commit', '406d6b3c0ffee'],
		['seeds', '11, 12, 13, 14, 15'],
		['date', '2026-01-31'],
		['regime', 'GPT-2 of 2 layers, width 48, 55,296 parameters; State of the Union, bytes'],
	],
	sections: [
		{
			title: 'Comparison',
			paragraphs: [
				'At ratio 4 no optimizer is told from AdamW by more than chance: "tie" is what a t-interval that holds 0 means, after Holm’s correction over all comparisons of the table.',
			],
			tables: [ranking],
			charts: [losses],
		},
		{
			title: 'Speed-ups',
			paragraphs: ['Three kinds side by side: a step of Sophia costs more than one of AdamW.'],
			tables: [],
			charts: [speedup('tokens', 1), speedup('computation', 0.93), speedup('wall clock', 0.88)],
		},
		{title: 'On the way', paragraphs: [], tables: [], charts: [curves]},
		{title: 'Tuning', paragraphs: [], tables: [], charts: [star, sensitivity]},
		{title: 'Quadratics', paragraphs: [], tables: [], charts: [quadratics]},
	],
};
