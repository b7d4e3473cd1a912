/**
Who needs how many steps. Everybody is tuned alike: learning rates a factor of 2 apart, all of them descending side by side
from the same place until the first is there; where that is the largest or the smallest, there are more beyond it.
*/
import {setImmediate} from 'node:timers/promises';
import {hutchinson, type OptimizerState} from 'sophia-native';
import {Descent, type Outcome} from './descent';
import type {Method} from './methods';
import {makeQuadratic, type Quadratic, type Sort} from './quadratics';

/** What is to be reached, and when it is given up. */
export interface Aim {
	/** Part of the first loss above the least. */
	readonly tolerance: number;
	/** Steps to it, at most. */
	readonly limit: number;
	readonly signal?: AbortSignal | undefined;
	/** Called now and then. */
	readonly onStep?: (step: number) => void;
}

/** The best that a method did. */
export interface Found extends Outcome, Omit<Sort, 'size' | 'seed'> {
	readonly method: string;
	/** Learning rates that were tried. */
	readonly tried: number;
	/** Whether the best rate is at the end of all that were tried. */
	readonly edge: boolean;
}

/** Where everybody's learning rates begin, as powers of 2. */
const grid = {least: -12, most: 0} as const;
/** Rates that are added beyond an end. */
const beyond = 4;
/** Beyond this power nobody is searched. */
const farthest = 40;
/** Steps between two looks at the world. */
const pause = 512;

/** The best learning rate of a method, and its steps. @throws the signal's reason */
export async function search(sort: Sort, method: Method, aim: Aim): Promise<Found> {
	const problem = makeQuadratic(sort);
	let [least, most]: [number, number] = [grid.least, grid.most];
	let tried = await race(problem, method, powers(least, most), aim);
	for (;;) {
		const best = tried.reduce((a, b) => (better(b, a) ? b : a));
		const [low, high] = [best.rate === 2 ** least, best.rate === 2 ** most];
		if (!(low || high) || Math.max(-least, most) >= farthest) {
			const {problem: name, condition} = sort;
			return {problem: name, condition, method: method.name, ...best, tried: tried.length, edge: low || high};
		}
		const rates = low ? powers(least - beyond, least - 1) : powers(most + 1, most + beyond);
		const limit = best.steps === undefined ? aim.limit : best.steps - 1;
		tried = [...tried, ...(await race(problem, method, rates, {...aim, limit}))];
		[least, most] = low ? [least - beyond, most] : [least, most + beyond];
	}
}

const powers = (least: number, most: number) => Array.from({length: most - least + 1}, (_, i) => 2 ** (least + i));

/** Fewer steps, or as many and less that is left. Where all diverge, the smallest rate is nearest. */
function better(a: Outcome, b: Outcome): boolean {
	const [x, y] = [a.steps ?? Infinity, b.steps ?? Infinity];
	if (x !== y) {
		return x < y;
	}
	return a.left === b.left ? a.rate < b.rate : a.left < b.left;
}

/** All rates at once, each a group of one optimizer's tensors, until the first is there. @throws the signal's reason */
export async function race(
	problem: Quadratic,
	method: Method,
	rates: readonly number[],
	aim: Aim,
): Promise<readonly Outcome[]> {
	const descents = rates.map((rate) => new Descent(problem, rate));
	const groups = descents.map(({x}, i) => ({params: {[`x${i}`]: x}, learningRate: rates[i] ?? NaN}));
	using state = method.optimizer.attach(groups);
	const refresh = refresher(problem, method, state, descents);
	const gradients = descents.map(({gradient}) => gradient);
	for (let step = 0; ; step++) {
		const there = descents.map((descent) => descent.look(step, aim));
		if (there.includes(true) || !descents.some((descent) => descent.hopes(step, aim.limit))) {
			return descents.map((descent, i) => descent.outcome(there[i] ?? false));
		}
		if (step % pause === 0) {
			aim.onStep?.(step);
			await setImmediate();
			aim.signal?.throwIfAborted();
		}
		refresh(step);
		state.step(gradients);
	}
}

/** What gives an optimizer its curvature before a step: nothing, the diagonal itself, or a probe now and then. */
function refresher(
	problem: Quadratic,
	{optimizer, curvature}: Method,
	state: OptimizerState,
	descents: readonly Descent[],
): (step: number) => void {
	const estimates = descents.map(({x}) => x.slice());
	const fill = (write: (x: Float32Array, estimate: Float32Array) => void) => {
		descents.forEach(({x}, i) => write(x, estimates[i] ?? x));
		state.updateHessian(estimates);
	};
	if (curvature === 'exact') {
		return () => fill((x, diagonal) => problem.diagonal(x, diagonal));
	}
	const {seed, size} = problem.sort;
	const every = optimizer.refresh()?.every;
	return (step) => {
		if (every !== undefined && step % every === 0) {
			using probe = hutchinson.probe([size], {step, seed});
			const u = probe.toArray();
			fill((x, estimate) => {
				problem.product(x, u, estimate);
				estimate.forEach((each, i) => (estimate[i] = each * (u[i] ?? NaN)));
			});
		}
	};
}
