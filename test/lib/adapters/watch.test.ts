import {Watch} from '../../../lib/adapters/watch';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {tf} from './setup';

const optimizer = new SophiaG();
const own = jest.fn();

/** A model as `compile` leaves it. */
const model = (options: object = {}) => ({
	optimizer,
	loss: 'categoricalCrossentropy',
	outputNames: ['one'],
	lossFunctions: [own],
	metricsTensors: ['accuracy'],
	...options,
});

const predictions = tf.tensor2d([0.5, 0.5, 0.5, 0.5], [2, 2]);

beforeEach(() => own.mockReset());

test('the loss has targets of its own while it is sampled, and no metrics', () => {
	const given = model();
	const watch = new Watch(tf, given, true, 1);
	const [loss] = given.lossFunctions;
	loss?.('target', predictions);
	expect(own.mock.calls).toEqual([['target', predictions]]);
	const result = watch.sampled(3, () => {
		expect(given.metricsTensors).toEqual([]);
		loss?.('target', predictions);
		return 'result';
	});
	expect(result).toBe('result');
	const [, [target]] = own.mock.calls as [unknown, [tf.Tensor]];
	expect(target.shape).toEqual([2, 2]);
	expect(tf.sum(target, 1).dataSync()).toEqual(Float32Array.of(1, 1));
	expect(watch.predictions).toBe(2);
	expect(given.metricsTensors).toEqual(['accuracy']);
});

test('everything is as it was when the loss fails', () => {
	const given = model();
	const watch = new Watch(tf, given, true, 1);
	const fails = () => {
		throw new Error('no loss');
	};
	expect(() => watch.sampled(3, fails)).toThrow('no loss');
	expect(given.metricsTensors).toEqual(['accuracy']);
	given.lossFunctions[0]?.('target', predictions);
	expect(own).toHaveBeenCalledWith('target', predictions);
	expect(() => watch.predictions).toThrow('Expected the loss of the model that is watched, got another');
});

test('losses are known by name, one for all outputs or one for each', () => {
	const two = {outputNames: ['one', 'two'], lossFunctions: [own, own]};
	const loss = 'meanSquaredError';
	for (const each of [{}, {...two}, {...two, loss: [loss, loss]}, {...two, loss: {one: loss, two: loss}}]) {
		expect(() => new Watch(tf, model(each) as never, true, 1)).not.toThrow();
	}
	expect(() => new Watch(tf, model({loss: 'hinge'}), true, 1)).toThrow(
		'Expected a loss that labels can be drawn for (`categoricalCrossentropy`, `sparseCategoricalCrossentropy`, ' +
			'`binaryCrossentropy`, `meanSquaredError`), got `hinge`: use `updateHessian`',
	);
	expect(() => new Watch(tf, model({loss: own}), true, 1)).toThrow('got a function of your own');
	expect(() => new Watch(tf, model({...two, loss: [loss, own]}), true, 1)).toThrow('got a function of your own');
	expect(() => new Watch(tf, model({loss: own}), false, 1)).not.toThrow();
});

test('outputs of different numbers of predictions are refused, and so is a model that was not compiled', () => {
	const given = model({outputNames: ['one', 'two'], lossFunctions: [own, own]});
	const watch = new Watch(tf, given, true, 1);
	watch.sampled(3, () =>
		given.lossFunctions.forEach((loss, i) => void loss(undefined, i === 0 ? predictions : tf.ones([3, 2]))),
	);
	expect(() => watch.predictions).toThrow('Expected outputs of equally many predictions, got 2, 3');
	expect(() => new Watch(tf, {optimizer, loss: 'meanSquaredError'}, true, 1)).toThrow('call `compile` first');
});
