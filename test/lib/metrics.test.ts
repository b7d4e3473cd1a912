import {checkedReport, numbersOf, parseReport} from '../../lib/metrics';

describe('a report', () => {
	test('is the line as an object', () => {
		const report = parseReport('{"step":3,"loss":2.5,"clipped":true,"milliseconds":{"forward":1.5}}');
		expect(report).toMatchObject({step: 3, loss: 2.5, clipped: true, milliseconds: {forward: 1.5}});
		expect(report.validationLoss).toBeUndefined();
	});

	test('has NaN where the line has null', () => {
		expect(parseReport('{"loss":null}').loss).toBeNaN();
	});

	test('counts its step, or is none', () => {
		expect(checkedReport('{"step":3,"other":"x"}', 'line 1')).toEqual({step: 3, other: 'x'});
		for (const line of ['{"step":0}', '{"step":null}', '{"step":"3"}', '3', '"step"', '']) {
			expect(() => checkedReport(line, 'line 1')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
		}
	});

	test('has its numbers by path, and nothing else', () => {
		const report = checkedReport(
			'{"step":3,"loss":null,"clipped":true,"milliseconds":{"forward":1.5,"a":{"b":1}},"ratioHistogram":[1],"__proto__":{"x":1}}',
			'line 1',
		);
		expect(numbersOf(report)).toEqual([
			['step', 3],
			['loss', NaN],
			['milliseconds.forward', 1.5],
			['__proto__.x', 1],
		]);
	});
});
