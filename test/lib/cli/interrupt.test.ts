import {interrupt, InterruptListener, Interruption} from '../../../lib/cli/interrupt';

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
		['SIGHUP', 129],
	] as const)('%s aborts once, to exit with %d, and is not heard again', (name, exitCode) => {
		const before = process.listenerCount(name);
		using listener = new InterruptListener('doing the dishes');
		expect(process.listenerCount(name)).toBe(before + 1);
		process.emit(name);
		expect(listener.signal.aborted).toBe(true);
		expect(listener.signal.reason).toBeInstanceOf(Interruption);
		expect(listener.signal.reason).toMatchObject({exitCode, signalName: name});
		expect(process.listenerCount(name)).toBe(before);
		expect(written).toEqual(['sophia: doing the dishes; once more to exit at once\n']);
	});

	test('after the output was lost is the first, and changes no reason', () => {
		using listener = new InterruptListener('doing the dishes');
		const lost = new Interruption('SIGPIPE');
		expect(interrupt(lost)).toBe(true);
		expect(listener.signal.reason).toBe(lost);
		expect(lost.exitCode).toBe(141);
		const heard = process.listenerCount('SIGINT');
		process.emit('SIGINT');
		expect(listener.signal.reason).toBe(lost);
		expect(process.listenerCount('SIGINT')).toBe(heard - 1);
	});

	test('before the output is lost stays the reason, and nothing is said twice', () => {
		using listener = new InterruptListener('doing the dishes');
		process.emit('SIGINT');
		expect(interrupt(new Error('no room'))).toBe(true);
		expect(listener.signal.reason).toMatchObject({exitCode: 130});
		expect(written.length).toBe(1);
	});

	test('is not listened to any more after the work', () => {
		const before = process.listenerCount('SIGINT');
		{
			using listener = new InterruptListener();
			expect(listener.signal.aborted).toBe(false);
		}
		expect(process.listenerCount('SIGINT')).toBe(before);
		expect(interrupt(new Error('no room'))).toBe(false);
	});
});
