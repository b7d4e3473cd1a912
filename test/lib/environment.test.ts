import {checkMemoryVariable, checkThreadVariable, debugging, variable} from '../../lib/environment';

const names = ['SOPHIA_ODD', 'SOPHIA_DEBUG', 'SOPHIA_MEMORY_LIMIT', 'SOPHIA_NUM_THREADS'] as const;
const before = names.map((name) => [name, process.env[name]] as const);

afterEach(() => {
	for (const [name, value] of before) {
		Reflect.deleteProperty(process.env, name);
		Object.assign(process.env, value === undefined ? {} : {[name]: value});
	}
});

describe('the environment', () => {
	test('has no variable that is empty', () => {
		process.env.SOPHIA_ODD = 'x';
		expect(variable('SOPHIA_ODD')).toBe('x');
		process.env.SOPHIA_ODD = '';
		expect(variable('SOPHIA_ODD')).toBeUndefined();
	});

	test.each([
		['', false],
		['0', false],
		['1', true],
		['yes', true],
	])('SOPHIA_DEBUG=%s asks for stacks: %s', (value, asks) => {
		process.env.SOPHIA_DEBUG = value;
		expect(debugging()).toBe(asks);
	});

	test.each(['', '1', '4096'])('SOPHIA_NUM_THREADS=%s is accepted', (value) => {
		process.env.SOPHIA_NUM_THREADS = value;
		expect(checkThreadVariable).not.toThrow();
	});

	test.each(['0', '-1', '4x', 'all', '1e3', ' 4', '99999999999'])('SOPHIA_NUM_THREADS=%s is refused', (value) => {
		process.env.SOPHIA_NUM_THREADS = value;
		const message = `Expected \`SOPHIA_NUM_THREADS\` to be a positive whole number, got \`${value}\``;
		expect(checkThreadVariable).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message}));
	});

	test('SOPHIA_MEMORY_LIMIT is a number of bytes', () => {
		process.env.SOPHIA_MEMORY_LIMIT = String(2 ** 40);
		expect(checkMemoryVariable).not.toThrow();
		process.env.SOPHIA_MEMORY_LIMIT = '2G';
		expect(checkMemoryVariable).toThrow(/`SOPHIA_MEMORY_LIMIT` to be a positive whole number, got `2G`/);
	});
});
