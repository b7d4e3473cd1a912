/** Numbers in words. */
import {candidateNamed} from '../candidates/index';
import type {Settings} from '../candidates/candidate';

const lossDigits = 4;

/** A loss, or a difference of losses. */
export function nats(loss: number): string {
	return Number.isNaN(loss) ? 'failed' : Number.isFinite(loss) ? loss.toFixed(lossDigits) : 'diverged';
}

/** A configuration, in the words of tables: `rate 0.0024, decay 0.1`. */
export function settingsInWords(optimizer: string, settings: Settings): string {
	return candidateNamed(optimizer)
		.axes.map(({name, title}) => `${title} ${settings[name] ?? ''}`)
		.join(', ');
}

/** The ends of an interval; nothing where nothing bounds it. */
export function interval({low, high}: {readonly low: number; readonly high: number}): string {
	return Number.isFinite(low) && Number.isFinite(high) ? `${nats(low)} to ${nats(high)}` : 'unbounded';
}

/** A part, in percent. */
export const percentage = (part: number): string => `${Math.round(100 * part)} %`;
