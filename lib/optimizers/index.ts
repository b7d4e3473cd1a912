/** The optimizers by name: one line for each. */
import {object, oneOf} from '../check';
import {AdamMini} from './adammini';
import {AdamW} from './adamw';
import {CautiousAdamW} from './cautiousadamw';
import {CautiousLion} from './cautiouslion';
import {Kron} from './kron';
import {Lion} from './lion';
import {Mars} from './mars';
import {Muon} from './muon';
import {NAdamW} from './nadamw';
import type {Optimizer, OptimizerJson} from './optimizer';
import {Scion} from './scion';
import {Sgd} from './sgd';
import {Soap} from './soap';
import {SophiaG} from './sophiag';
import {SophiaH} from './sophiah';

const classes = {
	adamw: AdamW,
	nadamw: NAdamW,
	'cautious-adamw': CautiousAdamW,
	mars: Mars,
	'adam-mini': AdamMini,
	lion: Lion,
	'cautious-lion': CautiousLion,
	sgd: Sgd,
	'sophia-g': SophiaG,
	'sophia-h': SophiaH,
	muon: Muon,
	scion: Scion,
	soap: Soap,
	kron: Kron,
} as const;

/** The name of an optimizer, as in `--optimizer` and in checkpoints. */
export type OptimizerName = keyof typeof classes;

/** Every name that `--optimizer` takes. */
export const optimizerNames = Object.keys(classes) as readonly OptimizerName[];

/** Whether an optimizer has an option, by its path: `['rho']`, or `['curvature', 'probes']`. */
export function hasOption(name: OptimizerName, [key = '', ...inner]: readonly string[]): boolean {
	const defaults: object = classes[name].defaults;
	const part = (defaults as Readonly<Record<string, object>>)[key];
	return Object.hasOwn(defaults, key) && inner.every((innerKey) => Object.hasOwn(part ?? {}, innerKey));
}

/**
The optimizer that `toJSON` described.

@example
```
const optimizer = optimizerFromJson({name: 'lion', learningRate: 1e-4});
optimizer.equals(new Lion({learningRate: 1e-4})); // true
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an unknown name or option.
*/
export function optimizerFromJson(json: OptimizerJson): Optimizer {
	const {name, ...options} = object('optimizer', json);
	return new classes[oneOf('name', name, optimizerNames)](options);
}
