import {native} from '../../lib/native';

test('an attached optimizer has these methods and no others', () => {
	const {prototype} = native().Optimizer as unknown as {prototype: object};
	const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
	expect(methods.sort()).toEqual(
		[
			...['counters', 'dispose', 'place', 'placeGradients', 'read', 'setCounters', 'setRates', 'state', 'stateBytes'],
			...['step', 'stepAsync', 'updateHessian', 'updateHessianAsync', 'workspace', 'write'],
		].sort(),
	);
});

test('every optimizer of the registry keeps a momentum first', () => {
	const {optimizers} = native();
	expect(optimizers.length).toBeGreaterThan(4);
	expect(optimizers.map(({slots: [first]}) => first)).toEqual(optimizers.map(() => 'momentum'));
});
