/**
The laws of a layer over tensors, against a formula of the test's own in double precision:

- forward      what it writes equals the formula
- tangent      its tangent equals the formula's central difference along the direction
- backward     each gradient equals the central difference of ⟨dy, formula⟩
- curvature    the tangent of each gradient equals the second difference of ⟨dy, formula⟩
*/
import {Device} from '../../../lib/device';
import {Tensor} from '../../../lib/tensor';

type Numbers = readonly number[];
export type Point = Readonly<Record<string, Numbers>>;

/** Of a function: all inputs but dy. */
type Of<Name extends string, T> = Readonly<Record<Exclude<Name, 'dy'>, T>>;

export interface Law<Name extends string, Outputs extends object> {
	/** The shape of each input that is differentiated, and of dy. */
	readonly shapes: Readonly<Record<Name | 'dy', readonly number[]>>;
	/** Of the first output. */
	readonly formula: (at: Of<NoInfer<Name>, Numbers>) => Numbers;
	readonly forward: (inputs: Of<NoInfer<Name>, Tensor>) => Outputs;
	/** Gradients are 'd' + the input's name. */
	readonly backward: (inputs: Of<NoInfer<Name>, Tensor>, outputs: NoInfer<Outputs>, dy: Tensor) => object;
}

const device = Device.cpu();

/** Numbers between −1.5 and 1.5, the same in every run. */
export function draw(count: number, seed = 1): number[] {
	let state = seed;
	return Array.from({length: count}, () => {
		state = (state * 48271) % 2147483647;
		return Math.fround((3 * state) / 2147483647 - 1.5);
	});
}

export const numbers = (tensor: Tensor | undefined) => [...(tensor?.toArray() ?? [])];

/** ‖a − b‖ / ‖b‖, or ‖a‖ where b is zero. */
export function distance(a: Numbers, b: Numbers): number {
	const norm = (x: Numbers) => Math.hypot(...x);
	const difference = norm(b.map((x, i) => (a[i] ?? NaN) - x));
	return a.length === b.length ? difference / (norm(b) || 1) : NaN;
}

const dot = (a: Numbers, b: Numbers) => a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
const moved = (at: Point, along: Point, h: number): Point =>
	Object.fromEntries(
		Object.entries(at).map(([name, x]) => [name, x.map((each, i) => each + h * (along[name]?.[i] ?? 0))]),
	);

/** f(x + hv) − f(x − hv) over 2h. */
const slope = (f: (at: Point) => number, at: Point, along: Point, h: number) =>
	(f(moved(at, along, h)) - f(moved(at, along, -h))) / (2 * h);

const tolerance = 2e-5;

export function obeys<Name extends string, Outputs extends object>(title: string, law: Law<Name, Outputs>): void {
	const names = Object.keys(law.shapes) as (Name | 'dy')[];
	const inputs = names.filter((name) => name !== 'dy');
	const size = (name: Name | 'dy') => law.shapes[name].reduce((all, each) => all * each, 1);
	const at: Point = Object.fromEntries(names.map((name, i) => [name, draw(size(name), i + 7)]));
	const along: Point = Object.fromEntries(names.map((name, i) => [name, draw(size(name), i + 77)]));
	const formula = law.formula;
	const loss = (point: Point) => dot(point.dy ?? [], formula(point));
	const unit = (name: string, i: number): Point => ({[name]: (at[name] ?? []).map((_, j) => Number(i === j))});
	const gradient = (name: string, point: Point, h: number) =>
		(at[name] ?? []).map((_, i) => slope(loss, point, unit(name, i), h));

	const run = (dual: boolean) => {
		const tensors = Object.fromEntries(
			names.map((name) => {
				const value = device.from(at[name] ?? [], law.shapes[name]);
				return [name, dual ? value.withTangent(device.from(along[name] ?? [], law.shapes[name])) : value];
			}),
		) as Record<Name | 'dy', Tensor>;
		const {dy, ...rest} = tensors;
		const read = rest as unknown as Of<Name, Tensor>;
		const outputs = law.forward(read);
		const gradients = law.backward(read, outputs, dy) as Readonly<Record<string, Tensor | undefined>>;
		return {y: (Object.values(outputs) as Tensor[])[0], gradients};
	};

	describe(title, () => {
		test('forward is the formula', () => {
			const {y} = run(false);
			expect(distance(numbers(y), formula(at))).toBeLessThan(tolerance);
			expect([y?.shape, y?.tangent]).toEqual([law.shapes.dy, undefined]);
		});

		test('the tangent of the output is its derivative along the direction', () => {
			const {y} = run(true);
			const expected = formula(at).map((_, i) => slope((point) => formula(point)[i] ?? NaN, at, along, 1e-5));
			expect(distance(numbers(y?.tangent), expected)).toBeLessThan(tolerance);
			expect(numbers(y)).toEqual(numbers(run(false).y));
		});

		test.each(inputs)('backward gives the gradient with respect to %s', (name) => {
			const found = run(false).gradients[`d${name}`];
			expect(distance(numbers(found), gradient(name, at, 1e-5))).toBeLessThan(tolerance);
			expect([found?.shape, found?.tangent]).toEqual([law.shapes[name], undefined]);
		});

		test.each(inputs)('the tangent of the gradient with respect to %s is the Hessian times the direction', (name) => {
			const [plus, minus] = [
				gradient(name, moved(at, along, 1e-4), 1e-4),
				gradient(name, moved(at, along, -1e-4), 1e-4),
			];
			const expected = plus.map((x, i) => (x - (minus[i] ?? NaN)) / 2e-4);
			const found = run(true).gradients[`d${name}`];
			expect(distance(numbers(found?.tangent), expected)).toBeLessThan(tolerance);
			expect(numbers(found)).toEqual(numbers(run(false).gradients[`d${name}`]));
		});
	});
}
