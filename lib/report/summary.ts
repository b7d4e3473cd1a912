/** A run in a few numbers, as text. */
import {duration} from '../duration';
import type {Facts} from './facts';
import type {History} from './history';

/** The columns of the summary. */
export const summaryColumns = [
	'steps',
	'loss',
	'validation loss',
	'time',
	'tokens',
	'optimizer',
	'parameters',
	'device',
] as const;

const absent = '–';

const loss = (value: number | undefined) => (value === undefined ? absent : value.toFixed(4));
const count = (value: number | undefined) => value?.toLocaleString('en') ?? absent;

/** A row of the summary: a text for each column, a dash for what is not known. */
export function summarize({newest, hours, lost}: History, facts: Facts): readonly string[] {
	const steps = count(newest.get('step'));
	const best = newest.get('bestValidationLoss');
	const validation = loss(newest.get('validationLoss'));
	return [
		facts.steps === undefined ? steps : `${steps} of ${count(facts.steps)}`,
		loss(newest.get('loss')) + (lost === 0 ? '' : ` (${lost} not finite)`),
		best === undefined ? validation : `${validation} (best ${loss(best)})`,
		newest.size === 0 ? absent : duration(hours * 3600),
		count(newest.get('tokens')),
		facts.optimizer ?? absent,
		count(facts.parameters),
		facts.device ?? absent,
	];
}

/** The part of the time that each phase took, in order, those that took any. */
export function shares({spent}: History): readonly {readonly key: string; readonly share: number}[] {
	const total = [...spent.values()].reduce((sum, time) => sum + time, 0);
	return [...spent].filter(([, time]) => time > 0).map(([key, time]) => ({key, share: time / total}));
}
