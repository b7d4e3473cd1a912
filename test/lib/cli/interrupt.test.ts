import {InterruptListener, Interruption} from '../../../lib/cli/interrupt';

describe('Ctrl-C', () => {
	const written: string[] = [];

	beforeEach(() => {
		written.length = 0;
		jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
	});
	afterEach(() => jest.restoreAllMocks());

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const)('%s aborts once, to exit with %d, and is not heard again', (name, exitCode) => {
		const before = process.listenerCount(name);
		const listener = new InterruptListener('doing the dishes');
		expect(process.listenerCount(name)).toBe(before + 1);
		process.emit(name);
		expect(listener.signal.aborted).toBe(true);
		expect(listener.signal.reason).toBeInstanceOf(Interruption);
		expect(listener.signal.reason).toMatchObject({exitCode, signalName: name});
		expect(process.listenerCount(name)).toBe(before);
		expect(written).toEqual(['sophia: doing the dishes; once more to exit at once\n']);
	});

	test('is not listened to any more after the work', () => {
		const before = process.listenerCount('SIGINT');
		{
			using listener = new InterruptListener();
			expect(listener.signal.aborted).toBe(false);
		}
		expect(process.listenerCount('SIGINT')).toBe(before);
	});
});
