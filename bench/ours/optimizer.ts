/** A step of an attached optimizer, or a refresh of its Hessian, over tensors of our own. */
import {AdamW, Device, Lion, SophiaG, type Tensor} from 'sophia-native';
import {repeat, type Case, type Work} from '../protocol';

const classes = {'sophia-g': SophiaG, hessian: SophiaG, adamw: AdamW, lion: Lion};

/** A case of tensors of these sizes; what is timed is the call of the trainer's loop, checks left out. */
export function optimizer(of: Case): Work {
	const device = Device.cpu({threads: Number(of.threads)});
	const sizes = String(of.sizes).split(' ').map(Number);
	const tensors = (value: number) => sizes.map((size): Tensor => device.zeros([size]).fill(value));
	const [params, gradients] = [tensors(1), tensors(1e-3)];
	const which = of.optimizer as keyof typeof classes;
	const state = new classes[which]().attach(params, device);
	const step = () => state.step(gradients, {checked: false});
	const refresh = () => state.updateHessian(gradients, {tokens: 1000});
	const run = which === 'hessian' ? refresh : step;
	step(); // takes memory
	return {
		turn: (seconds) => repeat(run, seconds),
		dispose() {
			state.dispose();
			[...params, ...gradients].forEach((tensor) => tensor.dispose());
			device.dispose();
		},
	};
}
