import {cpu, cuda, devices, resolveDevice} from '../../lib/device';
import {reset, state} from './fake';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

beforeEach(reset);
afterEach(() => delete process.env.SOPHIA_DEVICE);

describe('devices', () => {
	test('the CPU and CUDA describe themselves', () => {
		expect(cpu()).toEqual({isa: 'avx2', isas: ['avx2', 'baseline'], threads: 2});
		expect(cuda()).toMatchObject({available: false, reason: expect.stringContaining('driver')});
		expect(devices()).toEqual([
			{name: 'cpu', available: true, description: 'avx2, 2 threads'},
			{name: 'cuda', available: false, description: state.cuda.reason},
		]);
	});

	test('auto is the CPU, or what SOPHIA_DEVICE says', () => {
		expect(resolveDevice('auto')).toBe('cpu');
		process.env.SOPHIA_DEVICE = 'cuda';
		expect(() => resolveDevice('auto')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DEVICE'}));
		expect(resolveDevice('cpu')).toBe('cpu');
		process.env.SOPHIA_DEVICE = 'gpu';
		expect(() => resolveDevice('auto')).toThrow('Expected `SOPHIA_DEVICE` to be one of');
	});

	test('CUDA is refused with its reason', () => {
		const message = `CUDA cannot be used: ${state.cuda.reason}`;
		expect(() => resolveDevice('cuda')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DEVICE', message}));
		state.cuda = {available: true, reason: ''};
		expect(() => resolveDevice('cuda')).toThrow('this build trains on the CPU only');
	});

	test('a device that does not exist is rejected', () => {
		expect(() => resolveDevice('tpu' as 'cpu')).toThrow(RangeError);
	});
});
