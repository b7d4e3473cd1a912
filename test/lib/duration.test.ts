import {duration, timeLeft} from '../../lib/duration';

test.each([
	[0, '0s'],
	[59.6, '1m 00s'],
	[3599, '59m 59s'],
	[3720, '1h 02m'],
])('%d seconds are %s', (seconds, shown) => {
	expect(duration(seconds)).toBe(shown);
});

test.each([
	[65, '1m 05s left'],
	[0, '0s left'],
	[Infinity, ''],
	[NaN, ''],
])('of %d seconds is said %j', (seconds, shown) => {
	expect(timeLeft(seconds)).toBe(shown);
});
