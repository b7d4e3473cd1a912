/** What the tensors of a caller's own are: their shapes, and their roles in a model. */
import {checkSize} from '../arrays';
import {boolean, count, got, integer, object, oneOf} from '../check';
import {argumentError} from '../errors';
import {checkShape, Tensor} from '../tensor';
import {sizeOf, type Numbers} from './numbers';
import {roles, type Role, type RoutedTensor} from './routing';

/** What a group says of its tensors beside their numbers. */
export interface GroupShape {
	/** What they are in their model. @default `matrix` of two dimensions and more, else `vector` */
	readonly role?: Role;
	/**
	Whether the outputs of a linear map go along the last dimension, (in, out), as in our GPT-2 and in TensorFlow, or along
	the first, (out, in), as in PyTorch. A matrix of more dimensions is taken as the first, or the last, and all others.

	@default false
	*/
	readonly outLast?: boolean;
	/** Matrices that stand side by side in each, as q, k and v of one projection; they need `outLast`. @default 1 */
	readonly parts?: number;
	/** Heads of attention that each projects to; of joint projections the first two parts, q and k. @default 0, none */
	readonly heads?: number;
	/** The shapes of arrays, which have none of their own: by name or in an order, as they are. @default one dimension */
	readonly shapes?: Readonly<Record<string, readonly number[]>> | readonly (readonly number[])[];
}

/** The longest side of a matrix, or of a block of one, that an optimizer may be told to precondition. */
export const longestSide = 2 ** 20;

/** The names of `GroupShape`. */
export const shapeKeys: readonly string[] = ['role', 'outLast', 'parts', 'heads', 'shapes'];

/** A tensor of a group, as `params` has it. */
export interface Member {
	/** Its key in `params`. */
	readonly key: string;
	readonly name: string;
	readonly numbers: Numbers;
}

/**
The tensors of a group as optimizers look at them.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for shapes of other tensors or sizes, and for roles and parts
that a shape cannot have
*/
export function describe(group: GroupShape, members: readonly Member[]): RoutedTensor[] {
	const shapes = checkShapes(group.shapes ?? {}, members);
	return members.map(({key, name, numbers}) => routed(group, name, shapes.get(key) ?? ownShape(numbers)));
}

const ownShape = (numbers: Numbers) => (numbers instanceof Tensor ? numbers.shape : [sizeOf(numbers)]);

function checkShapes(given: NonNullable<GroupShape['shapes']>, members: readonly Member[]) {
	const known = new Map(members.map((member) => [member.key, member]));
	return new Map(
		Object.entries(Array.isArray(given) ? given : object('shapes', given)).map(([key, shape]) => {
			const member = known.get(key);
			if (member === undefined) {
				throw argumentError('range', `Expected \`shapes\` of the tensors of the group, ${got(key)}`);
			}
			const sizes = checkShape(shape);
			checkSize(sizes, sizeOf(member.numbers));
			return [key, sizes] as const;
		}),
	);
}

function routed(group: GroupShape, name: string, shape: readonly number[]): RoutedTensor {
	const standard = shape.length > 1 ? 'matrix' : 'vector';
	const role = oneOf('role', group.role ?? standard, roles);
	const outLast = boolean('outLast', group.outLast ?? false);
	if (role === 'vector') {
		return {name, role, rows: 1, columns: product(shape), outLast, parts: 1, heads: 0};
	}
	if (shape.length < 2) {
		const expected = `Expected \`${name}\` to have two dimensions or more, as a tensor of the role \`${role}\``;
		throw argumentError('range', `${expected}, got [${shape.join(', ')}]: \`shapes\` says which an array has`);
	}
	const at = outLast && role !== 'embedding' ? shape.length - 1 : 1;
	const [rows, columns] = [product(shape.slice(0, at)), product(shape.slice(at))];
	const whole = {name, role, rows, columns, outLast, parts: 1, heads: 0};
	return role === 'matrix' ? {...whole, ...checkParts(group, name, outLast ? columns : rows)} : whole;
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

/** @param outputs how many outputs the tensor has */
function checkParts(group: GroupShape, name: string, outputs: number) {
	const parts = count('parts', group.parts ?? 1);
	const heads = integer('heads', group.heads ?? 0);
	if (parts > 1 && group.outLast !== true) {
		const advice = 'those that lie one under the other are tensors of their own (`tensor.slice`, `subarray`)';
		throw argumentError('range', `Expected \`outLast\` with \`parts\`, which stand side by side: ${advice}`);
	}
	if (outputs % parts !== 0 || (heads > 0 && (outputs / parts) % heads !== 0)) {
		const expected = heads > 0 ? `${parts} parts of ${heads} heads` : `${parts} parts`;
		throw argumentError('range', `Expected \`${name}\` to divide into ${expected}, got ${outputs} outputs`);
	}
	return {parts, heads};
}

/** The shape as tables show it. */
export function sizesOf({role, rows, columns}: RoutedTensor): string {
	return role === 'vector' ? String(columns) : `${rows}×${columns}`;
}
