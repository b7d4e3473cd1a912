/** Where to begin with Sophia, from what works with another optimizer. */
import {knownKeys, nonNegative, object, oneOf, positive} from './check';
import {SophiaG} from './optimizers/sophiag';

/** What works with the other optimizer. */
export interface SuggestOptions {
	/** Which it is. */
	readonly from: 'adamw' | 'lion';
	/** Its peak learning rate, tuned. */
	readonly learningRate: number;
	/** Its decoupled weight decay. */
	readonly weightDecay: number;
}

/** A point to begin at. */
export interface Suggestion {
	/** Where to begin. */
	readonly optimizer: SophiaG;
	/** The learning rates that are worth a try: the least and the greatest. */
	readonly learningRates: readonly [number, number];
	/** Who says so, and what is ours. */
	readonly source: string;
}

const advice = 'https://github.com/Liuhong99/Sophia, "Hyper-parameter Tuning"';

/** By optimizer: Sophia's learning rates as multiples of its own (least, first, greatest), and what follows of decay. */
const rules = {
	adamw: {
		rates: [0.5, 0.8, 1],
		decay: () => 2,
		source: `${advice}: 0.8 times AdamW's learning rate, about twice its weight decay`,
	},
	lion: {
		rates: [3, 4, 5],
		decay: (rate: number) => 1 / rate,
		source: `${advice}: 3 to 5 times Lion's learning rate. Nothing is published of its weight decay: ηλ is kept`,
	},
} as const;

/**
Sophia-G as its authors advise to begin with it, who tune ρ so that the win rate is between 0.1 and 0.5: `rho` is their
0.04, and `targetWinRate` finds it for other models.

@example
```
const {optimizer, learningRates} = suggest({from: 'adamw', learningRate: 6e-4, weightDecay: 0.1});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
*/
export function suggest(options: SuggestOptions): Suggestion {
	knownKeys(object('options', options), ['from', 'learningRate', 'weightDecay']);
	const {rates, decay, source} = rules[oneOf('from', options.from, ['adamw', 'lion'])];
	const learningRate = positive('learningRate', options.learningRate);
	const [least, first, greatest] = rates;
	return {
		optimizer: new SophiaG({
			learningRate: first * learningRate,
			weightDecay: decay(first) * nonNegative('weightDecay', options.weightDecay),
		}),
		learningRates: [least * learningRate, greatest * learningRate],
		source,
	};
}
