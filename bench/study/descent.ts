/** One descent of a quadratic, with one learning rate: where it is, and since when it is where it should be. */
import type {Quadratic} from './quadratics';

/** How one learning rate did. */
export interface Outcome {
	readonly rate: number;
	/** Steps to the tolerance; undefined where the limit was not enough, or another rate was there first. */
	readonly steps: number | undefined;
	/** Part of the first loss that was left in the end; infinite where it diverged. */
	readonly left: number;
}

/** A loss that has grown by this is not waited for. */
const lost = 1e12;
/** Steps that a loss has to stay below the tolerance: nobody wins by passing by. */
const stay = 100;

export class Descent {
	readonly x: Float32Array;
	readonly gradient: Float32Array;
	readonly #rate: number;
	readonly #problem: Quadratic;
	readonly #first: number;
	#left = 1;
	#since: number | undefined;

	constructor(problem: Quadratic, rate: number) {
		this.x = problem.start.slice();
		this.gradient = this.x.slice();
		this.#rate = rate;
		this.#problem = problem;
		this.#first = problem.gradient(this.x, this.gradient);
	}

	/** Whether there is no way back. */
	get diverged(): boolean {
		return this.#left === Infinity;
	}

	/** Looks where it is after so many steps. @returns whether it is there to stay */
	look(step: number, {tolerance, limit}: {readonly tolerance: number; readonly limit: number}): boolean {
		if (this.diverged) {
			this.gradient.fill(0); // it goes nowhere, and makes nothing infinite
			return false;
		}
		const left = this.#problem.gradient(this.x, this.gradient) / this.#first;
		this.#left = left < lost ? left : Infinity;
		this.#since = left > tolerance ? undefined : (this.#since ?? (step <= limit ? step : undefined));
		return this.#since !== undefined && step - this.#since >= stay;
	}

	/** Whether it may still be there within the limit. */
	hopes(step: number, limit: number): boolean {
		return !this.diverged && (step < limit || this.#since !== undefined);
	}

	/** @param there whether it was there to stay */
	outcome(there: boolean): Outcome {
		return {rate: this.#rate, steps: there ? this.#since : undefined, left: this.#left};
	}
}
