/** A step of an attached optimizer, or a refresh of its Hessian, over tensors of our own. */
import {Device, SophiaG, type Tensor} from 'sophia-native';
import {repeat, type Case, type Work} from '../protocol';
import {makeOptimizer} from './make';

/** A case of tensors of these sizes, as `768x3072 768`; what is timed is the call of the trainer's loop, checks left out. */
export function optimizer(of: Case): Work {
	const device = Device.cpu({threads: Number(of.threads)});
	const shapes = String(of.sizes)
		.split(' ')
		.map((shape) => shape.split('x').map(Number));
	const tensors = (value: number) => shapes.map((shape): Tensor => device.zeros(shape).fill(value));
	const [params, gradients] = [tensors(1), tensors(1e-3)];
	const refreshes = of.optimizer === 'hessian';
	const state = (refreshes ? new SophiaG() : makeOptimizer(of)).attach(params, device);
	const step = () => state.step(gradients, {checked: false});
	const refresh = () => state.updateHessian(gradients, {tokens: 1000});
	step(); // takes memory
	return {
		turn: (seconds) => repeat(refreshes ? refresh : step, seconds),
		dispose() {
			state.dispose();
			[...params, ...gradients].forEach((tensor) => tensor.dispose());
			device.dispose();
		},
	};
}
