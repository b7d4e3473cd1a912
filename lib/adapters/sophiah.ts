/** Sophia-H for tfjs. */
import type {Hutchinson} from '../optimizers/optimizer';
import type {HessianOutcome} from '../optimizers/outcome';
import {SophiaH} from '../optimizers/sophiah';
import {hessianVectorProduct} from './difference';
import {drawProbe, type Draw} from './labels';
import type {NativeClass} from './optimizer';
import {refreshOptions, sophiaOptimizer} from './sophia';
import type {RefreshOptions, Sophia, SophiaHMembers, SophiaKind} from './sophia';
import type {TensorFlow, TfTensor, TfVariable} from './tensorflow';

export const sophiaHKind: SophiaKind = {
	className: 'SophiaH',
	make: (options) => new SophiaH(options),
	draws: false,
	refresh(optimizer, watch, loss, varList) {
		const draw = {seed: watch.seed, step: optimizer.iterations};
		watch.sampled(draw.step, () => refresh(optimizer, loss, draw, varList));
	},
};

/** The class, with Hutchinson's estimate: u ⊙ Hu. */
export function sophiaHOptimizer(tf: TensorFlow): NativeClass<Sophia & SophiaHMembers> {
	return class extends sophiaOptimizer(tf, sophiaHKind) implements SophiaHMembers {
		updateHessian(loss: () => TfTensor, options: RefreshOptions = {}): HessianOutcome {
			const {draw, varList} = refreshOptions(options, this.iterations);
			return refresh(this, loss, draw, varList);
		}
	};
}

function refresh(
	optimizer: Sophia,
	loss: () => TfTensor,
	draw: Omit<Draw, 'number'>,
	varList?: readonly TfVariable[],
): HessianOutcome {
	const {adapter} = optimizer;
	const {probes, distribution} = adapter.value.refresh() as Hutchinson;
	const variables = [...(varList ?? optimizer.gradientsOf(loss).keys())];
	const gradient = () => {
		const found = optimizer.gradientsOf(loss, variables);
		return variables.map((variable) => found.get(variable) ?? new Float32Array(variable.size));
	};
	let estimates = variables.map(({size}) => new Float32Array(size));
	for (let probe = 0; probe < probes; probe++) {
		const first = probe * variables.length;
		const u = variables.map(({size}, i) => drawProbe(size, distribution, {...draw, number: first + i}));
		const products = hessianVectorProduct(adapter.memory, variables, u, gradient);
		estimates = estimates.map((estimate, v) =>
			estimate.map((value, i) => value + ((u[v]?.[i] ?? 0) * (products[v]?.[i] ?? 0)) / probes),
		);
	}
	return adapter.refresh(new Map(variables.map((variable, v) => [variable, estimates[v] ?? new Float32Array(0)])));
}
