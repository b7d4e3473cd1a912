/** The optimizer of a case. */
import {optimizerFromJson, optimizerNames, type Optimizer, type OptimizerName} from 'sophia-native';
import {Refusal, type Case} from '../protocol';

/** Of its name, `optimizer`, and of options as JSON, if there are any. */
export function makeOptimizer({optimizer = 'adamw', options = '{}'}: Case, more: object = {}): Optimizer {
	if (!optimizerNames.includes(optimizer as OptimizerName)) {
		throw new Refusal(`there is no optimizer ${String(optimizer)}`);
	}
	const given = JSON.parse(String(options)) as object;
	return optimizerFromJson({name: optimizer as OptimizerName, ...given, ...more});
}
