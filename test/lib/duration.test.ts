import {duration} from '../../lib/duration';

test.each([
	[0, '0s'],
	[59.6, '1m 00s'],
	[3599, '59m 59s'],
	[3720, '1h 02m'],
])('%d seconds are %s', (seconds, shown) => {
	expect(duration(seconds)).toBe(shown);
});
