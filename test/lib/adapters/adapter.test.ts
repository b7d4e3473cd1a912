import {Adapter} from '../../../lib/adapters/adapter';
import {AdamW} from '../../../lib/optimizers/adamw';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {tf} from './setup';

test('gradients are those of variables that there are, each once', () => {
	const adapter = new Adapter(tf, new AdamW());
	const x = tf.variable(tf.ones([2]), true, 'there');
	const gradient = tf.tensor1d([3, 4]);
	expect([...adapter.byVariable({there: gradient})]).toEqual([[x, Float32Array.of(3, 4)]]);
	expect(adapter.byVariable([{name: 'there', tensor: null as never}]).size).toBe(0);
	expect(() => adapter.byVariable({elsewhere: gradient})).toThrow('got 0 and `elsewhere`');
	const twice = {name: 'there', tensor: gradient};
	expect(() => adapter.byVariable([twice, twice])).toThrow('Expected a gradient for each variable, got 1 and `there`');
	expect(() => adapter.step(adapter.byVariable({there: tf.ones([3])}))).toThrow('to have 2 numbers, got 3');
	expect(() => adapter.step(adapter.byVariable({there: tf.ones([2], 'int32')}))).toThrow('to be a Float32Array');
	expect([...x.dataSync()]).toEqual([1, 1]);
});

test('a gradient that is not finite changes nothing', () => {
	const adapter = new Adapter(tf, new AdamW());
	const x = tf.variable(tf.ones([2]), true, 'finite');
	adapter.step(adapter.byVariable({finite: tf.tensor1d([1, NaN])}));
	expect([...x.dataSync()]).toEqual([1, 1]);
	expect(adapter.stepped?.skipped).toBe(true);
});

test('what needs the length of a run is refused, and so is a loss without variables', () => {
	expect(() => new Adapter(tf, new SophiaG({anneal: true}))).toThrow('Expected no `anneal`');
	expect(() => new Adapter(tf, new SophiaG()).refresh(new Map(), 1)).toThrow('one without gradients');
});

test('a learning rate reaches every part', () => {
	const adapter = new Adapter(tf, new AdamW({learningRate: 0.5}));
	const variables = ['one', 'two'].map((name) => tf.variable(tf.ones([2, 2]), true, name));
	adapter.step(adapter.byVariable({one: tf.zeros([2, 2])}));
	adapter.step(adapter.byVariable({two: tf.zeros([2, 2])}));
	adapter.learningRate = 5;
	adapter.step(adapter.byVariable({one: tf.zeros([2, 2]), two: tf.zeros([2, 2])}));
	expect(variables.map((variable) => variable.dataSync()[0])).toEqual(
		[0.475, 0.475].map((x): unknown => expect.closeTo(x, 5)),
	);
});
