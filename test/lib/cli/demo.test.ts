import {demoOptions} from '../../../lib/cli/demo';

describe('the demo', () => {
	test('has few options', () => {
		expect(demoOptions.map(({name}) => name)).toEqual([
			'output',
			'steps',
			'seed',
			'device',
			'threads',
			'isa',
			'dtype',
			'recompute',
		]);
	});
});
