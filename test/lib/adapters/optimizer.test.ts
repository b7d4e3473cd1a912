import {classOf, nativeOptimizer} from '../../../lib/adapters/optimizer';
import {AdamW} from '../../../lib/optimizers/adamw';
import {adamwFor} from '../../../lib/tfjs';
import {tf} from './setup';

const kind = {className: 'ForTheTest', make: (options: object) => new AdamW(options)};

test('a class is made and registered once for a copy of tfjs', () => {
	const build = jest.fn(() => nativeOptimizer(tf, kind));
	const made = classOf(tf, kind, build);
	expect(classOf({...tf}, kind, build)).toBe(made);
	expect(build).toHaveBeenCalledTimes(1);
	expect(made.name).toBe('ForTheTest');
	expect(tf.serialization.getRegisteredName(made as never)).toBe('Custom>ForTheTest');
	expect(new made()).toBeInstanceOf(tf.Optimizer);
});

test('what getWeights gave is there until the next step', async () => {
	const x = tf.variable(tf.ones([2]));
	const optimizer = new (adamwFor(tf))();
	const step = () => optimizer.applyGradients({[x.name]: tf.ones([2])});
	step();
	const weights = await optimizer.getWeights();
	expect(weights.map(({name}) => name)).toEqual([
		'iter',
		'sophia/counters',
		`${x.name}/momentum`,
		`${x.name}/variance`,
	]);
	expect(weights.some(({tensor}) => tensor.isDisposed)).toBe(false);
	step();
	expect(weights.every(({tensor}) => tensor.isDisposed)).toBe(true);
});

test('weights that are no state of it change nothing', async () => {
	const x = tf.variable(tf.ones([2]));
	const optimizer = new (adamwFor(tf))();
	optimizer.applyGradients({[x.name]: tf.ones([2])});
	const before = (await optimizer.getWeights()).map(({tensor}) => [...tensor.dataSync()]);
	await expect(optimizer.setWeights([])).rejects.toThrow('got none');
	await expect(optimizer.setWeights([{name: 'iter', tensor: tf.scalar(7)}])).rejects.toThrow('got none');
	expect((await optimizer.getWeights()).map(({tensor}) => [...tensor.dataSync()])).toEqual(before);
});

test('it shows what it is, and is disposed of once or more', () => {
	const optimizer = new (adamwFor(tf))();
	expect(Object.keys(optimizer)).toEqual([]);
	expect(optimizer.lastStep).toBeUndefined();
	expect(optimizer.winRate).toBe(0);
	optimizer.dispose();
	optimizer[Symbol.dispose]();
});
