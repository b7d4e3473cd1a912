import {merge} from '../../lib/merge';

describe('options over others', () => {
	test('stand over their own part and leave its siblings', () => {
		const base = {steps: 9, schedule: {kind: 'wsd', warmup: 3}, evaluation: {every: 5}};
		const before = structuredClone(base);
		expect(merge(base, {steps: 10, schedule: {warmup: 4}})).toEqual({
			steps: 10,
			schedule: {kind: 'wsd', warmup: 4},
			evaluation: {every: 5},
		});
		expect(base).toEqual(before);
	});

	test('are not there when they are undefined, and are there when they are null', () => {
		expect(merge({a: 1, b: {c: 2}}, {a: undefined, b: {c: undefined}})).toEqual({a: 1, b: {c: 2}});
		expect(merge({a: 1, b: {c: 2}}, {a: null, b: null})).toEqual({a: null, b: null});
	});

	test('may be new, and of any depth', () => {
		expect(merge({}, {a: {b: {c: 1}}})).toEqual({a: {b: {c: 1}}});
	});
});
