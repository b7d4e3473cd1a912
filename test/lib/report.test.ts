import {parseReport} from '../../lib/report';

describe('a report', () => {
	test('is the line as an object', () => {
		const report = parseReport('{"step":3,"loss":2.5,"clipped":true,"milliseconds":{"forward":1.5}}');
		expect(report).toMatchObject({step: 3, loss: 2.5, clipped: true, milliseconds: {forward: 1.5}});
		expect(report.validationLoss).toBeUndefined();
	});

	test('has NaN where the line has null', () => {
		expect(parseReport('{"loss":null}').loss).toBeNaN();
	});
});
