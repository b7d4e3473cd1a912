import type {StepReport} from '../../../lib/metrics';
import {startEvent, stepEvent, versionEvent} from '../../../lib/tensorboard/event';

const hex = (bytes: Buffer) => bytes.toString('hex').replace(/(..)/g, '$1 ').trimEnd();
const one = '00 00 00 00 00 00 f0 3f'; // 1 as a double

describe('an event', () => {
	test('of the version is the time and a string', () => {
		expect(hex(versionEvent(1))).toBe(`09 ${one} 1a 0d ${hex(Buffer.from('brain.Event:2'))}`);
	});

	test('of a start is the time, the step and a session log', () => {
		expect(hex(startEvent(1, 300))).toBe(`09 ${one} 10 ac 02 3a 02 08 01`);
	});

	test('of a step has its numbers by tag, in single precision', () => {
		const report = {step: 1, loss: 1.5, clipped: true, milliseconds: {data: NaN}} as unknown as StepReport;
		const loss = `0a 0b 0a 04 ${hex(Buffer.from('loss'))} 15 00 00 c0 3f`;
		const data = `0a 18 0a 11 ${hex(Buffer.from('milliseconds/data'))} 15 00 00 c0 7f`;
		expect(hex(stepEvent(1, report))).toBe(`09 ${one} 10 01 2a 27 ${loss} ${data}`);
	});

	test('counts steps beyond 32 bits', () => {
		expect(hex(startEvent(1, 2 ** 53 - 1))).toMatch('10 ff ff ff ff ff ff ff 0f 3a');
	});
});
