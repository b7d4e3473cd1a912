/**
Student's t: its tails and its quantiles, and the normal distribution where its degrees of freedom are infinite.

Student 1908, https://doi.org/10.1093/biomet/6.1.1; the tail is a regularized incomplete beta function, NIST DLMF 8.17,
https://dlmf.nist.gov/8.17. Libraries that have it bring hundreds of packages or no types, for what is a page here.
*/

const {PI, abs, exp, floor, log, log1p, max, sqrt} = Math;
const {EPSILON: precision} = Number;

/**
How likely a |t| as large or larger is where there is no effect: I_x(ν/2, 1/2) at x = ν / (ν + t²).

@param freedom ν > 0, which need not be whole; Infinity is the normal distribution. Of none nothing is known: 1.
*/
export function twoSided(t: number, freedom: number): number {
	if (Number.isNaN(t) || !(freedom > 0)) {
		return 1;
	}
	const square = t * t;
	if (freedom === Infinity || square === Infinity) {
		return square === Infinity ? 0 : normalTails(abs(t));
	}
	// Whichever of x and 1 - x is the small one is computed directly, so that neither loses its digits.
	return square < freedom
		? 1 - incompleteBeta(square / (freedom + square), 0.5, freedom / 2)
		: incompleteBeta(freedom / (freedom + square), freedom / 2, 0.5);
}

/**
The t below which a part of the distribution lies.

@param freedom as for `twoSided`; without any, nothing bounds t: ±Infinity
*/
export function studentQuantile(part: number, freedom: number): number {
	if (Number.isNaN(part) || part < 0 || part > 1) {
		return NaN;
	}
	if (part < 0.5) {
		return -studentQuantile(1 - part, freedom);
	}
	const tails = 2 * (1 - part);
	if (part === 0.5 || tails === 0 || !(freedom > 0)) {
		return part === 0.5 ? 0 : Infinity;
	}
	// Newton's steps: as the tail falls ever more slowly, they come from below and never pass the quantile.
	const above = (t: number) => t + max(0, twoSided(t, freedom) - tails) / (2 * density(t, freedom));
	let t = 0;
	for (let next = 1; twoSided(next, freedom) > tails; next *= 2) {
		t = next;
	}
	for (let next = above(t); next > t; next = above(t)) {
		t = next;
	}
	return t;
}

/** How quickly the distribution rises at t. */
function density(t: number, freedom: number): number {
	if (freedom === Infinity) {
		return exp((-t * t) / 2) / sqrt(2 * PI);
	}
	const front = logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - log(freedom * PI) / 2;
	return exp(front - ((freedom + 1) / 2) * log1p((t * t) / freedom));
}

/** Regularized, I_x(a, b), by its continued fraction (DLMF 8.17.22), which is quick for x below (a + 1) / (a + b + 2). */
export function incompleteBeta(x: number, a: number, b: number): number {
	if (x <= 0 || x >= 1) {
		return x <= 0 ? 0 : 1;
	}
	if (x > (a + 1) / (a + b + 2)) {
		return 1 - incompleteBeta(1 - x, b, a);
	}
	const front = a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
	const part = (m: number) => {
		const k = floor(m / 2);
		return m % 2 === 0
			? (k * (b - k) * x) / ((a + m - 1) * (a + m))
			: (-(a + k) * (a + b + k) * x) / ((a + m - 1) * (a + m));
	};
	return exp(front) / (a * fraction(1, part, () => 1));
}

/** P(|z| ≥ z) of the normal distribution: erfc(z/√2), by its series (DLMF 7.6.2) or its fraction (DLMF 7.9.1). */
function normalTails(z: number): number {
	const front = 2 * density(z, Infinity);
	if (z > 2) {
		const [above, below] = [(m: number) => m, () => z];
		return front / fraction(z, above, below);
	}
	let [sum, term] = [z, z];
	for (let k = 1; abs(term) > precision * sum; k++) {
		term *= (z * z) / (2 * k + 1);
		sum += term;
	}
	return 1 - front * sum;
}

/** first + above(1) / (below(1) + above(2) / (below(2) + ...)), by Lentz's method (DLMF 3.10). */
function fraction(first: number, above: (m: number) => number, below: (m: number) => number): number {
	let [value, c, d] = [first, first, 0];
	for (let m = 1; m < mostTerms; m++) {
		d = 1 / (below(m) + above(m) * d || tiny);
		c = below(m) + above(m) / c || tiny;
		value *= c * d;
		if (abs(c * d - 1) < precision) {
			break;
		}
	}
	return value;
}

const tiny = 1e-300;
const mostTerms = 1e4;

/** ln Γ by Stirling's series (DLMF 5.11.1), which is good to the last digits above 10: smaller ones climb there. */
function logGamma(x: number): number {
	if (x < 10) {
		return logGamma(x + 1) - log(x);
	}
	const inverse = 1 / (x * x);
	const series = 1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)));
	return (x - 0.5) * log(x) - x + log(2 * PI) / 2 + series / x;
}
