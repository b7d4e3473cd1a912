import {Device} from '../../../lib/device';
import {backward, forward} from '../../../lib/layers/residual';
import {numbers, obeys} from './laws';

obeys('Residual 3×13', {
	shapes: {x: [3, 13], branch: [3, 13], dy: [3, 13]},
	formula: ({x, branch}) => x.map((each, i) => each + (branch[i] ?? NaN)),
	forward,
	backward: (inputs, outputs, dy) => ({dx: dy, ...backward({...inputs, ...outputs, dy})}),
});

test('dropout drops the branch, and never x', () => {
	const device = Device.cpu();
	const dropout = {probability: 0.5, seed: 3};
	const {y} = forward({x: device.zeros([1000]).fill(10), branch: device.zeros([1000]).fill(1), dropout});
	const seen = numbers(y);
	expect(new Set(seen)).toEqual(new Set([10, 12]));
	const {dbranch} = backward({dy: device.zeros([1000]).fill(3), dropout});
	expect(numbers(dbranch)).toEqual(seen.map((each) => (each === 10 ? 0 : 6)));
});
