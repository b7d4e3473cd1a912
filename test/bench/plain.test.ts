import {lastLine, plain} from '../../bench/plain';

test('what somebody else said is one line, cannot command a terminal, and is cut', () => {
	expect(plain('a\u001b[31m\nb\u202ec\u2028d')).toBe('a [31m b c d');
	expect(plain('x'.repeat(200))).toBe(`${'x'.repeat(160)}…`);
});

test('the last line says what is wrong', () => {
	expect(lastLine('Traceback:\n  in f\nError: \u001b[1mno\n\n')).toBe('Error:  [1mno');
	expect(lastLine('')).toBe('');
});
