import {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import {VariableMemory} from '../../../lib/adapters/memory';
import {adamwFor} from '../../../lib/tfjs';
import {tf} from './setup';

const AdamW = adamwFor(tf);
const numbers = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe('on the CPU backend', () => {
	test('a variable is moved where it is, without copies', () => {
		const x = tf.variable(tf.ones([1000]));
		const gradient = tf.ones([1000]);
		const optimizer = new AdamW({learningRate: 0.1});
		optimizer.applyGradients({[x.name]: gradient});
		const {buffer} = x.dataSync();
		const before = tf.memory();
		for (let i = 0; i < 5; i++) {
			optimizer.applyGradients({[x.name]: gradient});
		}
		expect(x.dataSync().buffer).toBe(buffer);
		expect(x.dataSync()[0]).toBeCloseTo(0.4, 4);
		expect(tf.memory()).toEqual(before);
		expect(numbers(gradient)[0]).toBe(1);
	});

	test('what shares its data keeps it: clones, reshapes, sources, and the array of the caller', () => {
		const array = Float32Array.of(1, 2, 3, 4);
		const source = tf.tensor1d(array);
		const x = tf.variable(source);
		const [clone, matrix] = [x.clone(), tf.reshape(x, [2, 2])];
		const optimizer = new AdamW({learningRate: 0.5});
		const gradient = tf.ones([4]);
		optimizer.applyGradients({[x.name]: gradient});
		expect([...array]).toEqual([1, 2, 3, 4]);
		expect([source, clone, matrix].map(numbers)).toEqual([array, array, array].map((each) => [...each]));
		const moved = numbers(x);
		expect(moved).not.toEqual([...array]);
		const snapshot = x.clone();
		optimizer.applyGradients({[x.name]: gradient});
		expect(numbers(snapshot)).toEqual(moved);
		expect(numbers(x)).not.toEqual(moved);
	});

	test('a variable that somebody has assigned to goes on from there, and the source stays', () => {
		const x = tf.variable(tf.zeros([2]));
		const optimizer = new AdamW({learningRate: 0.5, weightDecay: 0});
		optimizer.applyGradients({[x.name]: tf.ones([2])});
		const array = Float32Array.of(10, 20);
		const source = tf.tensor1d(array);
		x.assign(source);
		source.dispose(); // nobody else is counted now, but the array is still the caller's
		optimizer.applyGradients({[x.name]: tf.ones([2])});
		expect([...array]).toEqual([10, 20]);
		expect(numbers(x)[0]).toBeCloseTo(9.5, 4);
	});

	test('two optimizers of one variable do not copy in turns', () => {
		const x = tf.variable(tf.ones([8]));
		const [a, b] = [new AdamW(), new AdamW()];
		a.applyGradients({[x.name]: tf.ones([8])});
		const {buffer} = x.dataSync();
		b.applyGradients({[x.name]: tf.ones([8])});
		a.applyGradients({[x.name]: tf.ones([8])});
		expect(x.dataSync().buffer).toBe(buffer);
	});

	test('what is not of floats is refused', () => {
		const memory = new VariableMemory(tf);
		const x = tf.variable(tf.tensor1d([1, 2], 'int32'), true, 'whole');
		expect(() => memory.numbers(x)).toThrow('Expected variable `whole` to be float32, got int32');
	});
});

/** Another backend: its data is not JavaScript's, so that reading makes a copy, and it keeps what it was given. */
class Far extends MathBackendCPU {
	override readSync(dataId: object) {
		return (super.readSync(dataId) as Float32Array).slice();
	}
}

test('on another backend a variable is read and written, with the same numbers', async () => {
	const run = () => {
		const x = tf.variable(tf.tensor1d([1, -2, 3]));
		const optimizer = new AdamW({learningRate: 0.1});
		const loss = () => tf.sum<tf.Scalar>(tf.square(x));
		optimizer.minimize(loss, false, [x]);
		const clone = x.clone();
		const before = tf.memory().numTensors;
		const first = numbers(x);
		optimizer.minimize(loss, false, [x]);
		expect(tf.memory().numTensors).toBe(before);
		expect(numbers(clone)).toEqual(first);
		return {x, optimizer, loss};
	};
	const near = run();
	tf.registerBackend('far', () => new Far());
	tf.copyRegisteredKernels('cpu', 'far');
	await tf.setBackend('far');
	const far = run();
	expect(numbers(far.x)).toEqual(numbers(near.x));
	await tf.setBackend('cpu'); // a variable follows its optimizer from one to the other
	far.optimizer.minimize(far.loss, false, [far.x]);
	near.optimizer.minimize(near.loss, false, [near.x]);
	expect(numbers(far.x)).toEqual(numbers(near.x));
});
