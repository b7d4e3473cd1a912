/**
Who needs how many steps. Everybody is tuned alike: learning rates a factor of 2 apart, all of them descending side by side
from the same place until the first is there; where that is the largest or the smallest, there are more beyond it.
*/
import {setImmediate} from 'node:timers/promises';
import {hutchinson, type OptimizerState} from 'sophia-native';
import type {Method} from './methods';
import {makeQuadratic, type Quadratic, type Sort} from './quadratics';

/** What a descent is to reach, and when it is given up. */
export interface Aim {
	/** Part of the first loss, above the least. */
	readonly tolerance: number;
	/** Steps. */
	readonly limit: number;
	readonly signal?: AbortSignal | undefined;
	/** Called now and then. */
	readonly onStep?: (step: number) => void;
}

/** How one learning rate did. */
export interface Descent {
	readonly rate: number;
	/** Steps to the tolerance; undefined where they were not enough. */
	readonly steps: number | undefined;
	/** Part of the first loss that was left; infinite where it diverged. */
	readonly left: number;
}

/** The best that a method did. */
export interface Found extends Descent, Omit<Sort, 'size' | 'seed'> {
	readonly method: string;
	/** Learning rates that were tried. */
	readonly tried: number;
	/** Whether the best rate is the last of those that were tried. */
	readonly edge: boolean;
}

/** Where everybody's learning rates begin, as powers of 2. */
const grid = {least: -12, most: 0} as const;
/** Rates that are added beyond an end. */
const beyond = 4;
/** Beyond these powers nobody is searched. */
const farthest = 40;
/** A loss that has grown by this is not waited for. */
const lost = 1e12;
/** Steps between two looks at the world. */
const pause = 512;

const powers = (least: number, most: number) => Array.from({length: most - least + 1}, (_, i) => 2 ** (least + i));

/** The best learning rate of a method, and its steps. @throws the signal's reason */
export async function search(sort: Sort, method: Method, aim: Aim): Promise<Found> {
	const problem = makeQuadratic(sort);
	let [least, most]: [number, number] = [grid.least, grid.most];
	let tried = await race(problem, method, powers(least, most), aim);
	for (;;) {
		const best = tried.reduce((a, b) => (better(b, a) ? b : a));
		const edge = best.rate === 2 ** least ? -1 : best.rate === 2 ** most ? 1 : 0;
		if (edge === 0 || Math.max(-least, most) >= farthest) {
			const {problem: name, condition} = sort;
			return {problem: name, condition, method: method.name, ...best, tried: tried.length, edge: edge !== 0};
		}
		const rates = edge < 0 ? powers(least - beyond, least - 1) : powers(most + 1, most + beyond);
		const limit = best.steps === undefined ? aim.limit : best.steps - 1;
		const more = await race(problem, method, rates, {...aim, limit});
		tried = edge < 0 ? [...more, ...tried] : [...tried, ...more];
		[least, most] = edge < 0 ? [least - beyond, most] : [least, most + beyond];
	}
}

/** Fewer steps, or with as many less that is left. */
function better(a: Descent, b: Descent): boolean {
	const [x, y] = [a.steps ?? Infinity, b.steps ?? Infinity];
	return x < y || (x === y && a.left < b.left);
}

/** All rates at once, each a group of one optimizer's tensors, until the first has the tolerance. */
export async function race(
	problem: Quadratic,
	method: Method,
	rates: readonly number[],
	{tolerance, limit, signal, onStep}: Aim,
): Promise<readonly Descent[]> {
	const places = rates.map(() => problem.start.slice());
	const slopes = places.map(() => new Float32Array(problem.sort.size));
	const groups = places.map((x, i) => ({params: {[`x${i}`]: x}, learningRate: rates[i] ?? NaN}));
	using state = method.optimizer.attach(groups);
	const refresh = refresher(problem, method, state, places);
	const first = problem.gradient(problem.start, new Float32Array(problem.sort.size));
	const left = rates.map(() => 1);
	for (let step = 0; ; step++) {
		slopes.forEach((slope, i) => {
			if (left[i] !== Infinity) {
				const loss = problem.gradient(places[i] ?? slope, slope) / first;
				left[i] = loss < lost ? loss : Infinity;
			}
			if (left[i] === Infinity) {
				slope.fill(0);
			}
		});
		if (step === limit || left.some((part) => part <= tolerance) || left.every((part) => part === Infinity)) {
			return rates.map((rate, i) => {
				const part = left[i] ?? NaN;
				return {rate, steps: part <= tolerance ? step : undefined, left: part};
			});
		}
		if (step % pause === pause - 1) {
			onStep?.(step);
			await setImmediate();
			signal?.throwIfAborted();
		}
		refresh(step);
		state.step(slopes);
	}
}

/** What gives an optimizer its curvature before a step: nothing, the diagonal itself, or a probe now and then. */
function refresher(
	problem: Quadratic,
	{optimizer, curvature}: Method,
	state: OptimizerState,
	places: readonly Float32Array[],
): (step: number) => void {
	const estimates = places.map((x) => x.slice());
	const fill = (how: (x: Float32Array, to: Float32Array) => void) => {
		places.forEach((x, i) => how(x, estimates[i] ?? x));
		state.updateHessian(estimates);
	};
	if (curvature === 'exact') {
		return () => fill((x, to) => problem.diagonal(x, to));
	}
	const {seed, size} = problem.sort;
	const refresh = optimizer.refresh();
	return (step) => {
		if (refresh !== undefined && step % refresh.every === 0) {
			using probe = hutchinson.probe([size], {step, seed});
			const u = probe.toArray();
			fill((x, to) => {
				problem.product(x, u, to);
				to.forEach((each, i) => (to[i] = each * (u[i] ?? 0)));
			});
		}
	};
}
