import {adamwRule, checkAdamW, checkSign, signRule} from '../../../lib/optimizers/side';

const adamw = {learningRate: 1e-3, weightDecay: undefined, beta1: 0.9, beta2: 0.95, epsilon: 1e-8};
const sign = {learningRate: 1e-3, weightDecay: undefined, beta1: 0.95};

test('a rule beside another decays as that one does, unless it says otherwise', () => {
	const own = checkAdamW({beta2: 0.99}, adamw);
	expect(adamwRule(own, 0.3)).toEqual({
		name: 'adamw',
		direction: 'adamw',
		hyper: {beta1: 0.9, beta2: 0.99, epsilon: 1e-8},
		learningRate: 1e-3,
		weightDecay: 0.3,
	});
	expect(adamwRule(checkAdamW({weightDecay: 0}, adamw), 0.3).weightDecay).toBe(0);
	expect(Object.isFrozen(own)).toBe(true);
});

test('the sign of an average is Lion with one decay rate', () => {
	expect(signRule(checkSign({beta1: 0.8}, sign), 0.1)).toEqual({
		name: 'sign',
		direction: 'lion',
		hyper: {beta1: 0.8, beta2: 0.8},
		learningRate: 1e-3,
		weightDecay: 0.1,
	});
});

test.each([
	[{learningRate: 0}, 'adamw.learningRate'],
	[{weightDecay: -1}, 'adamw.weightDecay'],
	[{beta1: 1}, 'adamw.beta1'],
	[{beta2: -1}, 'adamw.beta2'],
	[{epsilon: 0}, 'adamw.epsilon'],
	[{momentum: 0}, 'Unknown option `momentum`'],
	[[], '`adamw`'],
])('AdamW beside another is refused with %j', (options, words) => {
	expect(() => checkAdamW(options as never, adamw)).toThrow(words);
});

test('and so is a sign', () => {
	expect(() => checkSign({beta1: 1}, sign)).toThrow('sign.beta1');
	expect(() => checkSign(5 as never, sign)).toThrow('`sign`');
});
