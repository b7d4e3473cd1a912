/**
What the page draws, a row a chart. A number that a run says after its steps becomes a line of the page by one row here;
a row none of whose numbers a run has is not drawn.
*/
import {winRates} from '../optimizers/winrates';

/** A line: the path of a number in a report of a step, and what it is called beside the chart. */
export interface Line {
	readonly key: string;
	readonly label: string;
}

/** A chart over the steps. */
export interface Chart {
	readonly title: string;
	/** Of the vertical axis. */
	readonly unit: string;
	readonly lines: readonly Line[];
	/** What it shows, and how to read it, in a sentence. */
	readonly about: string;
	/** Where the numbers should lie, drawn as a band. */
	readonly band?: readonly [low: number, high: number];
	/** Not drawn where all numbers are 0, as those of a curvature that an optimizer does not have. */
	readonly unlessZero?: boolean;
	/** A chart for each run, on a logarithmic axis, instead of one for all of them. */
	readonly each?: boolean;
}

const phase = (name: string): Line => ({key: `milliseconds.${name}`, label: name});

/** The phases of a step, in the order in which they happen. */
export const phases: readonly Line[] = [
	phase('data'),
	phase('forward'),
	phase('backward'),
	phase('step'),
	phase('curvature'),
	phase('evaluation'),
	phase('checkpoint'),
];

const one = (title: string, unit: string, key: string, about: string): Chart => ({
	title,
	unit,
	lines: [{key, label: title.toLowerCase()}],
	about,
});

export const charts: readonly Chart[] = [
	{
		title: 'Loss',
		unit: 'nats per token',
		lines: [
			{key: 'loss', label: 'batch of the step'},
			{key: 'validationLoss', label: 'validation'},
		],
		about: 'Mean cross-entropy of the batches of each step, before its update, and on the validation shard.',
	},
	{
		title: 'Win rate',
		unit: 'part of the coordinates',
		lines: [{key: 'winRate', label: 'win rate'}],
		about: `Coordinates that Sophia does not clip, as of the last refresh; it should lie in the band, ${winRates.join(' to ')}.`,
		band: winRates,
		unlessZero: true,
	},
	one('Learning rate', '', 'learningRate', 'Of the step, after warm-up and decay.'),
	{...one('ρ', '', 'rho', 'The clipping scale, of Sophia-H γ, where it is moved too.'), unlessZero: true},
	one('Clip rate', 'part of the steps', 'clipRate', 'Steps so far whose gradient was clipped.'),
	{
		...one('Negative curvature', 'part of the coordinates', 'negativeRate', 'Where the average is negative.'),
		unlessZero: true,
	},
	one('Gradient norm', 'L2', 'gradientNorm', 'Before clipping.'),
	one('Parameter norm', 'L2', 'parameterNorm', 'Of all weights.'),
	one('Momentum norm', 'L2', 'momentumNorm', "Of the optimizer's average of gradients."),
	{...one('Hessian norm', 'L1', 'hessianNorm', "Of the average of the Hessian's diagonal."), unlessZero: true},
	one('Skipped steps', 'so far', 'skipped', 'Steps and refreshes that changed nothing: their gradient was not finite.'),
	{
		title: 'Loss at evaluations',
		unit: 'nats per token',
		lines: [
			{key: 'trainLoss', label: 'training'},
			{key: 'validationLoss', label: 'validation'},
		],
		about: 'On the same places of both shards each time; where they part, the model remembers rather than learns.',
	},
	one(
		'Speed',
		'tokens per second',
		'tokensPerSecond',
		'Of the step itself, a refresh of the curvature included, evaluations and checkpoints left out.',
	),
	{
		title: 'Phases of a step',
		unit: 'milliseconds',
		lines: phases,
		about: 'Time of each part, on a logarithmic axis. The checkpoint is that of the step before.',
		each: true,
	},
];

/** What the steps can be laid out by. Hours are counted from the phases. */
export const axes: readonly Line[] = [
	{key: 'step', label: 'Steps'},
	{key: 'tokens', label: 'Tokens'},
	{key: 'hours', label: 'Hours'},
];

/** Every number that the page knows: those of the axes, of the charts, and one of the summary. */
export const keys: ReadonlySet<string> = new Set([
	...[...axes, ...charts.flatMap(({lines}) => lines)].map(({key}) => key),
	'bestValidationLoss',
]);
