import {AdamW} from '../../../lib/optimizers/adamw';
import {adamwFor, sophiaFor} from '../../../lib/tfjs';
import {tf} from './setup';

const Adapted = adamwFor(tf);
const options = {learningRate: 0.1, weightDecay: 0};

const ones = (size: number) => tf.ones([size]);

/** What becomes of numbers after so many steps with a gradient of ones. */
function moved(start: readonly number[], steps: number): number[] {
	const numbers = Float32Array.from(start);
	const state = new AdamW(options).attach({numbers});
	for (let i = 0; i < steps; i++) {
		state.step([Float32Array.from(numbers, () => 1)]);
	}
	return [...numbers];
}

test('a variable without a gradient stays as it is, with its state', () => {
	const [a, b, c] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3])), tf.variable(tf.tensor1d([4]))];
	const optimizer = new Adapted(options);
	optimizer.applyGradients({[a.name]: ones(2), [b.name]: ones(1), [c.name]: ones(1)});
	optimizer.applyGradients({[b.name]: ones(1)});
	optimizer.applyGradients([
		{name: a.name, tensor: ones(2)},
		{name: b.name, tensor: null as never},
	]);
	optimizer.applyGradients({[c.name]: ones(1), [a.name]: ones(2)});
	optimizer.applyGradients({});
	expect([...a.dataSync()]).toEqual(moved([1, 2], 3));
	expect([...b.dataSync()]).toEqual(moved([3], 2));
	expect([...c.dataSync()]).toEqual(moved([4], 2));
	expect(optimizer.iterations).toBe(5);
	const norm = Math.hypot(...[a, c].flatMap((each) => [...each.dataSync()]));
	expect(optimizer.lastStep?.parameterNorm).toBeCloseTo(norm, 5);
});

test('a variable of the name of one that is gone begins anew', () => {
	const [a, b] = [tf.variable(ones(2), true, 'again'), tf.variable(ones(2))];
	const optimizer = new Adapted(options);
	optimizer.applyGradients({again: ones(2), [b.name]: ones(2)});
	a.dispose();
	const other = tf.variable(tf.tensor1d([5, 6, 7]), true, 'again');
	optimizer.applyGradients({again: ones(3), [b.name]: ones(2)});
	expect([...other.dataSync()]).toEqual(moved([5, 6, 7], 1));
	expect([...b.dataSync()]).toEqual(moved([1, 1], 2));
});

test('names that are numbers come in any order', () => {
	const variables = ['10010', '10009', '10100', 'x', '10001'].map((name, i) => tf.variable(ones(i + 1), true, name));
	const optimizer = new Adapted(options);
	const gradients = variables.map(({name, size}) => ({name, tensor: ones(size)}));
	optimizer.applyGradients(gradients);
	optimizer.applyGradients(gradients.toReversed());
	for (const {size, dataSync} of variables.map((each) => ({size: each.size, dataSync: () => each.dataSync()}))) {
		expect([...dataSync()]).toEqual(
			moved(
				Array.from({length: size}, () => 1),
				2,
			),
		);
	}
});

test('matrices decay, and embeddings where they should; gains and biases never do', () => {
	const shapes = {'dense/kernel': [2, 2], 'dense/bias': [2], 'words/embeddings_1': [2, 2], number: []};
	const after = (decay: 'matrices' | 'matrices+embeddings') => {
		const variables = Object.entries(shapes).map(([name, shape]) => tf.variable(tf.ones(shape), true, name));
		const optimizer = new Adapted({learningRate: 0.5, weightDecay: 0.5, decay});
		optimizer.applyGradients(variables.map(({name, shape}) => ({name, tensor: tf.zeros(shape)})));
		const found = variables.map((variable) => variable.dataSync()[0]);
		variables.forEach((variable) => variable.dispose());
		return found;
	};
	expect(after('matrices+embeddings')).toEqual([0.75, 1, 0.75, 1]);
	expect(after('matrices')).toEqual([0.75, 1, 1, 1]);
});

describe('weights that were saved', () => {
	/** The weights of an optimizer whose variables have had one step and two. */
	async function save() {
		const variables = [tf.variable(ones(2), true, 'first'), tf.variable(ones(3), true, 'second')];
		const optimizer = new Adapted(options);
		optimizer.applyGradients(variables.map(({name, size}) => ({name, tensor: ones(size)})));
		optimizer.applyGradients({second: ones(3)});
		const weights = (await optimizer.getWeights()).map(({name, tensor}) => ({name, tensor: tensor.clone()}));
		variables.forEach((variable) => variable.dispose());
		return weights;
	}

	test('are found by name, or in order where the names are others', async () => {
		const weights = await save();
		for (const names of [
			['second', 'first'],
			['first_1', 'second_1'],
		]) {
			const variables = names.map((name) => tf.variable(ones(name.startsWith('f') ? 2 : 3), true, name));
			const optimizer = new Adapted(options);
			await optimizer.setWeights(weights);
			expect((await optimizer.getWeights()).map(({name}) => name)).toEqual(weights.map(({name}) => name));
			optimizer.applyGradients(variables.map(({name, size}) => ({name, tensor: ones(size)})));
			for (const {name, size} of variables) {
				const part = (await optimizer.getWeights()).find((each) => each.name === `${name}/momentum`);
				const [momentum] = part?.tensor.dataSync() ?? [];
				expect([size, momentum]).toEqual([size, expect.closeTo(size === 2 ? 1 - 0.9 ** 2 : 1 - 0.9 ** 3, 5)]);
			}
			variables.forEach((variable) => variable.dispose());
		}
	});

	test('of other variables are refused', async () => {
		const optimizer = new Adapted(options);
		await optimizer.setWeights(await save());
		const x = tf.variable(ones(7));
		expect(() => optimizer.applyGradients({[x.name]: ones(7)})).toThrow(
			`Expected weights of 7 numbers for variable \`${x.name}\`, got 2 of \`first\``,
		);
	});

	test('keep what an optimizer has, over those of before', async () => {
		const Sophia = sophiaFor(tf);
		const x = tf.variable(ones(2));
		const optimizer = new Sophia({targetWinRate: 0.3});
		optimizer.applyGradients({[x.name]: ones(2)});
		optimizer.updateHessian(() => tf.sum<tf.Scalar>(tf.square(x)), {tokens: 3});
		const weights = (await optimizer.getWeights()).map(({name, tensor}) => ({name, tensor: tensor.clone()}));
		optimizer.applyGradients({[x.name]: ones(2)});
		await optimizer.setWeights(weights);
		expect(optimizer.iterations).toBe(1);
		optimizer.applyGradients({[x.name]: tf.zeros([2])});
		const [, counters] = await optimizer.getWeights();
		const [steps, tokens, scale] = new Float64Array(Int32Array.from(counters?.tensor.dataSync() ?? []).buffer);
		expect([steps, tokens]).toEqual([2, 3]);
		expect(scale).not.toBe(1);
	});
});
