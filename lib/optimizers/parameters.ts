/** The parameters of our GPT-2 as an optimizer looks at them, and what native code is told of its rules. */
import type {Gpt2Config} from '../config';
import {wrap} from '../errors';
import {native} from '../native';
import type {NativeOptimizerChoice} from '../nativeoptimizers';
import type {Optimizer} from './optimizer';
import {nativeDivision, routingOf, type RoutedTensor} from './routing';
import {rowOf, type RoutingRow} from './table';

/** The joint projection to queries, keys and values. */
const joint = '.attn.c_attn.weight';

/** The parameters of a model of that shape; its matrices are (in, out), and q, k and v are matrices of their own. */
export function modelTensors(model: Gpt2Config): RoutedTensor[] {
	return wrap(() => native().parametersOf(model)).map(({name, shape, kind}) => {
		const [first = 1, ...rest] = shape;
		const columns = rest.reduce((product, size) => product * size, 1);
		const projects = name.endsWith(joint);
		return {
			name,
			role: kind,
			rows: kind === 'vector' ? 1 : first,
			columns: kind === 'vector' ? first : columns,
			outLast: true,
			parts: projects ? 3 : 1,
			heads: projects ? model.heads : 0,
		};
	});
}

/** What moves which parameter of a model of that shape. */
export function modelRouting(optimizer: Optimizer, model: Gpt2Config): RoutingRow[] {
	return modelTensors(model).map((tensor) => rowOf(tensor, optimizer.route(tensor)));
}

/** The rules of an optimizer over a model of that shape. */
export function nativeChoice(optimizer: Optimizer, model: Gpt2Config): NativeOptimizerChoice {
	const tensors = modelTensors(model);
	const {rules, routes, ruleOf} = routingOf(optimizer, tensors);
	const [own = optimizer.rule, ...others] = rules;
	const divided = tensors.map((tensor, i) => {
		const {parts, block, widths} = nativeDivision(tensor, routes[i] ?? {rule: own});
		return {rule: ruleOf[i] ?? 0, parts, block, widths};
	});
	const plain = divided.every(
		({rule, parts, block, widths}) => rule === 0 && parts === 1 && block === 0 && widths.length === 0,
	);
	return {
		optimizer: own.direction,
		hyper: own.hyper,
		others: others.map(({direction, hyper, learningRate, weightDecay}) => ({
			optimizer: direction,
			hyper,
			rate: learningRate / own.learningRate,
			weightDecay,
		})),
		routes: plain ? [] : divided,
	};
}
