import {dropoutNumbers} from '../../../lib/layers/dropout';
import {Device} from '../../../lib/device';
import {forward} from '../../../lib/layers/residual';
import {numbers} from './laws';

test('every number has a default, and none drops nothing', () => {
	expect(dropoutNumbers()).toEqual({dropout: 0, seed: 1337, step: 0, micro: 0, site: 0});
	expect(dropoutNumbers({probability: 0.1, site: 3})).toEqual({dropout: 0.1, seed: 1337, step: 0, micro: 0, site: 3});
});

test.each([
	[{probability: 1}, 'in [0, 1)'],
	[{probability: -0.1}, 'in [0, 1)'],
	[{probability: NaN}, 'a number'],
	[{probability: 0.1, seed: -1}, '`dropout.seed`'],
	[{probability: 0.1, step: 2 ** 32}, '`dropout.step`'],
	[{probability: 0.1, micro: 2 ** 24}, '`dropout.micro`'],
	[{probability: 0.1, site: 2 ** 16}, '`dropout.site`'],
	[{probability: 0.1, sede: 1}, 'did you mean `seed`?'],
	[0.1, 'an object'],
])('%j is refused', (given, message) => {
	expect(() => dropoutNumbers(given as never)).toThrow(message);
});

test('the mask is a function of every number', () => {
	const device = Device.cpu();
	const [x, branch] = [device.zeros([4000]), device.zeros([4000]).fill(1)];
	const mask = (options = {}) => numbers(forward({x, branch, dropout: {probability: 0.25, ...options}}).y);
	const base = mask();
	expect(mask()).toEqual(base);
	for (const other of [{seed: 1}, {step: 1}, {micro: 1}, {site: 1}]) {
		expect(mask(other)).not.toEqual(base);
	}
	const kept = base.filter((each) => each !== 0);
	expect(kept.length / base.length).toBeCloseTo(0.75, 1);
	expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.75)]));
});

test('a probability just below 1 drops nearly all', () => {
	const device = Device.cpu();
	const dropout = {probability: 1 - 2 ** -53};
	const {y} = forward({x: device.zeros([100]), branch: device.zeros([100]).fill(1), dropout});
	expect(numbers(y).filter((each) => each !== 0)).toEqual([]);
});
