import {learningRate, makeSchedule, scheduleKinds} from '../../lib/schedule';

const steps = 100;

describe('schedules', () => {
	test('the warm-up is a tenth of the run, and 2000 steps at most', () => {
		expect(makeSchedule({}, 100).warmup).toBe(10);
		expect(makeSchedule({}, 100_000).warmup).toBe(2000);
		expect(makeSchedule({}, 5).warmup).toBe(0);
	});

	test('numbers that are none are refused', () => {
		const code = expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}) as Error;
		expect(() => makeSchedule({}, 3n as never)).toThrow('Expected `steps` to be an integer, got `3n` (bigint)');
		expect(() => learningRate(null as never, 1, steps)).toThrow(code);
		expect(() => learningRate(makeSchedule({}, steps), '1' as never, steps)).toThrow(code);
		expect(() => learningRate(makeSchedule({}, steps), 1, Number.NaN)).toThrow(code);
		expect(() => learningRate(makeSchedule({}, steps), 1, steps, -1)).toThrow(code);
		expect(learningRate({}, 1, steps)).toBe(learningRate(makeSchedule({}, steps), 1, steps));
	});

	test('a run that is shortened keeps a schedule that does not use its decay', () => {
		const long = makeSchedule({}, 1000);
		expect(makeSchedule({...long, warmup: 1}, 10)).toEqual({...long, warmup: 1});
	});

	test('both warm-up forms rise linearly to the peak', () => {
		const ours = makeSchedule({warmup: 10}, steps);
		const official = makeSchedule({warmup: 10, warmupForm: 'step/warmup'}, steps);
		expect(learningRate(ours, 0, steps)).toBeCloseTo(1 / 11, 15);
		expect(learningRate(ours, 9, steps)).toBeCloseTo(10 / 11, 15);
		expect(learningRate(official, 0, steps)).toBe(0);
		expect(learningRate(official, 5, steps)).toBe(0.5);
		expect(learningRate(ours, 10, steps)).toBe(1);
		expect(learningRate(official, 10, steps)).toBe(1);
	});

	test.each([
		['cosine', 55, 0.1 + 0.9 * 0.5],
		['cosine', 32.5, 0.1 + 0.45 * (1 + Math.SQRT1_2)],
		['linear', 55, 0.55],
		['constant', 99, 1],
		['wsd', 79, 1],
		['wsd', 90, 0.55],
	] as const)('%s at step %d is %d of the peak', (kind, step, expected) => {
		const schedule = makeSchedule({kind, warmup: 10, finalRatio: 0.1, decaySteps: 20}, steps);
		expect(learningRate(schedule, step, steps)).toBeCloseTo(expected, 14);
		expect(learningRate(schedule, step, steps, 6e-4)).toBeCloseTo(6e-4 * expected, 17);
	});

	test.each(scheduleKinds)('%s ends at the final ratio, stays there, and never rises', (kind) => {
		const schedule = makeSchedule({kind, finalRatio: 0.2}, steps);
		const last = kind === 'constant' ? 1 : 0.2;
		expect(learningRate(schedule, steps, steps)).toBeCloseTo(last, 15);
		expect(learningRate(schedule, steps + 50, steps)).toBeCloseTo(last, 15);
		for (let step = schedule.warmup; step < steps; step++) {
			const fall = learningRate(schedule, step, steps) - learningRate(schedule, step + 1, steps);
			expect(fall).toBeGreaterThanOrEqual(0);
		}
	});

	test.each([[{warmup: 101}], [{warmup: -1}], [{finalRatio: 1.5}], [{kind: 'wsd', decaySteps: 200}], [{kind: 'step'}]])(
		'%j is rejected',
		(options) => {
			expect(() => makeSchedule(options as object, steps)).toThrow(RangeError);
		},
	);
});
