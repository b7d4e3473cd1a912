/** What stands over every report: what it rests on, so that nobody has to ask. */
import type {Document} from './document';
import {nameOf, parametersOf, stepsOf, tokensOf, type Job, type Regime} from './regime';
import type {Study} from './study';

/** A run that a report rests on. */
export type Ground = Pick<Job, 'regime' | 'seed'>;

/** @param grounds the runs; the study's model is named where there are none */
export function headOf({machine, plan, data}: Study, grounds: readonly Ground[]): Document['head'] {
	const {date, processor, processors, instructionSets, node, version: ours, commit} = machine;
	const shapes = grounds.length === 0 ? [plan.shape] : grounds.map(({regime}) => regime.shape);
	const {train, validation, tokenizer} = data;
	return [
		['machine', `${processor}, ${processors} processors, ${instructionSets[0] ?? ''}`],
		['versions', `sophia-native ${ours}${commit === undefined ? '' : ` at ${commit}`}, Node ${node}`],
		['date', date.slice(0, 'YYYY-MM-DD'.length)],
		['model', unique(shapes.map(shapeInWords)).join('; ')],
		[
			'data',
			`${counted(train.tokens)} tokens to train on, ${counted(validation.tokens)} to validate on, ${tokenizer.name}`,
		],
		['runs', unique(grounds.map(({regime}) => courseInWords(regime))).join('; ') || 'none'],
		['steps', `${plan.batch} sequences of ${plan.length} tokens; ${plan.workers} runs side by side, a thread each`],
		['seeds', seedsInWords(grounds.map(({seed}) => seed)) || 'none'],
	];
}

const counted = (count: number) => count.toLocaleString('en');
const unique = (lines: readonly string[]) => [...new Set(lines)];

function shapeInWords({layers, width, heads}: Regime['shape']): string {
	const parameters = counted(parametersOf({layers, width, heads}));
	return `${layers}x${width}: layers ${layers}, width ${width}, heads ${heads}, N = ${parameters} without embeddings`;
}

function courseInWords(regime: Regime): string {
	return `${nameOf(regime)}: ${counted(tokensOf(regime))} tokens in ${counted(stepsOf(regime))} steps`;
}

/** As few words as they need: `0 to 2, 100 to 104`. */
export function seedsInWords(seeds: readonly number[]): string {
	const sorted = [...new Set(seeds)].sort((a, b) => a - b);
	const begins = sorted.filter((seed) => !sorted.includes(seed - 1));
	const ends = sorted.filter((seed) => !sorted.includes(seed + 1));
	const range = (begin: number, end = begin) => (begin === end ? `${begin}` : `${begin} to ${end}`);
	return begins.map((begin, i) => range(begin, ends[i])).join(', ');
}
