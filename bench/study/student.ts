/**
Student's t: its tails and its quantiles, and the normal distribution where its degrees of freedom are infinite.

Student 1908, https://doi.org/10.1093/biomet/6.1.1; the tail is a regularized incomplete beta function, NIST DLMF 8.17,
https://dlmf.nist.gov/8.17. Libraries that have it bring hundreds of packages or no types, for what is a page here.
*/

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
		return square === Infinity ? 0 : normalTails(Math.abs(t));
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
	let [low, high] = [0, 1];
	while (twoSided(high, freedom) > tails) {
		[low, high] = [high, 2 * high];
	}
	for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
		[low, high] = twoSided(middle, freedom) > tails ? [middle, high] : [low, middle];
	}
	return high;
}

/** Regularized, I_x(a, b), by its continued fraction (DLMF 8.17.22), which is quick for x below (a + 1) / (a + b + 2). */
export function incompleteBeta(x: number, a: number, b: number): number {
	if (x <= 0 || x >= 1) {
		return x <= 0 ? 0 : 1;
	}
	if (x > (a + 1) / (a + b + 2)) {
		return 1 - incompleteBeta(1 - x, b, a);
	}
	const front = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
	const part = (m: number) => {
		const k = Math.floor(m / 2);
		return m % 2 === 0
			? (k * (b - k) * x) / ((a + m - 1) * (a + m))
			: (-(a + k) * (a + b + k) * x) / ((a + m - 1) * (a + m));
	};
	return Math.exp(front) / (a * fraction(1, part, () => 1));
}

/** P(|z| ≥ z) of the normal distribution: erfc(z/√2), by its series (DLMF 7.6.2) or its fraction (DLMF 7.9.1). */
function normalTails(z: number): number {
	const density = Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI);
	if (z > 2) {
		return (
			density /
			fraction(
				z,
				(m) => m,
				() => z,
			)
		);
	}
	let [sum, term] = [z, z];
	for (let k = 1; Math.abs(term) > Number.EPSILON * sum; k++) {
		term *= (z * z) / (2 * k + 1);
		sum += term;
	}
	return 1 - density * sum;
}

/** first + above(1) / (below(1) + above(2) / (below(2) + ...)), by Lentz's method (DLMF 3.10). */
function fraction(first: number, above: (m: number) => number, below: (m: number) => number): number {
	let [value, c, d] = [first, first, 0];
	for (let m = 1; m < mostTerms; m++) {
		d = 1 / (below(m) + above(m) * d || tiny);
		c = below(m) + above(m) / c || tiny;
		value *= c * d;
		if (Math.abs(c * d - 1) < Number.EPSILON) {
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
		return logGamma(x + 1) - Math.log(x);
	}
	const inverse = 1 / (x * x);
	const series = 1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)));
	return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series / x;
}
