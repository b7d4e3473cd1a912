import type {TensorFlow, TfOptimizer, TfVariable} from '../../../lib/adapters/tensorflow';
import {tf} from './setup';

test('tfjs is what it is described as', () => {
	const typed: TensorFlow = tf;
	const variable: TfVariable = tf.variable(tf.ones([2]));
	const optimizer: TfOptimizer = tf.train.sgd(1);
	expect(Object.keys(typed.engine().registeredVariables)).toContain(variable.name);
	expect(typed.engine().backend.refCount(variable.dataId)).toBe(2); // with the tensor that it was made of
	expect(optimizer).toBeInstanceOf(typed.Optimizer);
});
