/** A two-layer perceptron in double, f(x) = out · tanh(weight x), small enough for its matrices: Jacobian, Gauss-Newton. */

export const [inputs, hidden, outputs] = [2, 3, 4];
export const size = hidden * (inputs + outputs);

type Numbers = readonly number[] | Float32Array | Float64Array;
const at = (list: Numbers, i: number) => list[i] ?? NaN;

/** The examples of a batch, and the parameters: all different, nothing special. */
export const batch = Array.from({length: 5}, (_, b) => [Math.sin(3 * b + 1), 0.3 + Math.cos(5 * b)]);
export const theta = Float64Array.from({length: size}, (_, i) => 1.2 * Math.sin(7 * i + 2));

/** f(x), from which an example's labels follow. */
export function predict(x: Numbers): number[] {
	return Array.from({length: outputs}, (_, c) =>
		activations(x).reduce((sum, a, j) => sum + a * at(theta, hidden * inputs + c * hidden + j), 0),
	);
}

function activations(x: Numbers): number[] {
	return Array.from({length: hidden}, (_, j) =>
		Math.tanh(Array.from(x).reduce((sum, each, i) => sum + each * at(theta, j * inputs + i), 0)),
	);
}

/** The gradient of v · f(x): a row of vᵀJ. */
export function backward(x: Numbers, v: Numbers): Float64Array {
	const gradient = new Float64Array(size);
	activations(x).forEach((a, j) => {
		let before = 0;
		Array.from(v).forEach((each, c) => {
			const place = hidden * inputs + c * hidden + j;
			before += each * at(theta, place) * (1 - a * a);
			gradient[place] = each * a;
		});
		Array.from(x).forEach((each, i) => (gradient[j * inputs + i] = before * each));
	});
	return gradient;
}

export function softmax(z: Numbers): number[] {
	const odds = Array.from(z, Math.exp);
	const total = odds.reduce((a, b) => a + b);
	return odds.map((each) => each / total);
}

/** The diagonal of (1/B) Σ Jᵀ S J, element by element from the matrices: S is of the outputs of each example. */
export function gaussNewtonDiagonal(curvature: (f: number[]) => number[][]): number[] {
	const unit = (c: number) => Array.from({length: outputs}, (_, i) => (i === c ? 1 : 0));
	const diagonal = new Array<number>(size).fill(0);
	for (const x of batch) {
		const jacobian = Array.from({length: outputs}, (_, c) => backward(x, unit(c)));
		curvature(predict(x)).forEach((row, c) =>
			row.forEach((s, d) => {
				for (let i = 0; i < size; i++) {
					diagonal[i] = at(diagonal, i) + (at(jacobian[c] ?? [], i) * s * at(jacobian[d] ?? [], i)) / batch.length;
				}
			}),
		);
	}
	return diagonal;
}

/** How far the mean of draws is from what it should be, in standard errors, for the worst of their numbers. */
export function worstDeviation(draws: readonly Numbers[], expected: Numbers): number {
	const deviations = Array.from(expected, (wanted, i) => {
		const mean = draws.reduce((sum, draw) => sum + at(draw, i), 0) / draws.length;
		const variance = draws.reduce((sum, draw) => sum + (at(draw, i) - mean) ** 2, 0) / (draws.length - 1);
		return Math.abs(mean - wanted) / Math.sqrt(variance / draws.length);
	});
	return Math.max(...deviations);
}
