import {SophiaH} from '../../../lib/optimizers/sophiah';
import {optimizerFromJson} from '../../../lib/optimizers/index';

const refused = expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}) as Error;

describe('Sophia-H', () => {
	test('has the defaults that it documents', () => {
		expect(new SophiaH().toJSON()).toEqual({name: 'sophia-h', ...SophiaH.defaults});
		expect(new SophiaH().hyper()).toEqual({beta1: 0.965, beta2: 0.99, gamma: 0.01, epsilon: 1e-12});
		expect(new SophiaH().direction).toBe('sophia');
	});

	test('changes a part of its refresh and keeps the rest', () => {
		expect(new SophiaH({curvature: {probes: 3, distribution: 'gaussian'}}).refresh()).toEqual({
			estimator: 'hutchinson',
			every: 10,
			timing: 'before',
			fraction: 1,
			distribution: 'gaussian',
			probes: 3,
		});
	});

	test('survives JSON', () => {
		const optimizer = new SophiaH({gamma: 0.02, curvature: {fraction: 0.5}});
		expect(optimizerFromJson(optimizer.toJSON())).toEqual(optimizer);
	});

	test.each([
		[{gamma: 0}],
		[{epsilon: -1}],
		[{beta1: 1}],
		[{rho: 1}],
		[{curvature: {probes: 0}}],
		[{curvature: {fraction: 0}}],
		[{curvature: {distribution: 'uniform'}}],
		[{curvature: {estimator: 'gnb'}}],
		[{curvature: {clip: 1}}],
	])('is refused %j', (options) => {
		expect(() => new SophiaH(options as never)).toThrow(refused);
	});

	test('its scale stays, moves towards a win rate, or is annealed', () => {
		expect(new SophiaH().scaling()).toEqual({targetWinRate: 0, anneal: false});
		expect(new SophiaH({targetWinRate: 0.2}).scaling()).toEqual({targetWinRate: 0.2, anneal: false});
		expect(new SophiaH({anneal: true}).scaling()).toEqual({targetWinRate: 0, anneal: true});
		expect(() => new SophiaH({targetWinRate: 0.6})).toThrow('0, or in [0.1, 0.5]');
		expect(() => new SophiaH({targetWinRate: 0.2, anneal: true})).toThrow('got both');
	});
});
