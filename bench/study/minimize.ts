/** The least of a function of one number between two bounds. */

const {max, min, sqrt} = Math;

/**
Where a function is least, and its value there. It is looked at everywhere first, as far as the points lie apart, so
that a valley beside the deepest one does not catch the search; then by golden sections (Kiefer 1953).

@param points that are looked at first
*/
export function minimize(cost: (x: number) => number, low: number, high: number, points: number) {
	const step = (high - low) / (points - 1);
	let best = {x: low, cost: Infinity};
	const look = (x: number) => {
		const found = cost(x);
		best = found < best.cost ? {x, cost: found} : best;
		return found;
	};
	for (let point = 0; point < points; point++) {
		look(point === points - 1 ? high : low + point * step);
	}
	narrow(look, max(low, best.x - step), min(high, best.x + step));
	return best;
}

function narrow(look: (x: number) => number, left: number, right: number): void {
	const width = (right - left) * precision;
	let [a, b] = [right - golden * (right - left), left + golden * (right - left)];
	let [costOfA, costOfB] = [look(a), look(b)];
	while (right - left > width) {
		if (costOfA < costOfB) {
			[right, b, costOfB] = [b, a, costOfA];
			a = right - golden * (right - left);
			costOfA = look(a);
		} else {
			[left, a, costOfA] = [a, b, costOfB];
			b = left + golden * (right - left);
			costOfB = look(b);
		}
	}
}

const golden = (sqrt(5) - 1) / 2;
const precision = 1e-6;
