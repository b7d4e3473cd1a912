/** Where the numbers are computed, and what this machine offers for it. */
import {oneOf} from './check';
import {checkThreadVariable, variable} from './environment';
import {SophiaError, wrap} from './errors';
import {native, type CpuInfo, type CudaInfo} from './native';

/** `auto` takes `SOPHIA_DEVICE` if it is set, else the CPU. */
export type DeviceName = 'auto' | 'cpu' | 'cuda';

/** The devices that can be asked for by name. */
export const deviceNames = ['auto', 'cpu', 'cuda'] as const;

/** A device of this machine. */
export interface Device {
	readonly name: 'cpu' | 'cuda';
	/** Whether a model can be trained on it, with this build, on this machine, now. */
	readonly available: boolean;
	/** What it is, or why it is not available. */
	readonly description: string;
}

/**
The instruction sets and threads of the CPU.

@throws SophiaError `ERR_SOPHIA_NO_BINARY`, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a wrong `SOPHIA_NUM_THREADS`.
*/
export function cpu(): CpuInfo {
	checkThreadVariable();
	return wrap(() => native().cpu());
}

/** The state of CUDA: compiled in, available, and if not, why. @throws SophiaError `ERR_SOPHIA_NO_BINARY` */
export function cuda(): CudaInfo {
	return wrap(() => native().cuda());
}

/** Every device this package knows, usable or not. */
export function devices(): readonly Device[] {
	const {isa, threads} = cpu();
	return [
		{name: 'cpu', available: true, description: `${isa}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`},
		{name: 'cuda', available: false, description: withoutCuda()},
	];
}

/**
The device that a name stands for.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an unknown name, and for a wrong `SOPHIA_NUM_THREADS`.
@throws SophiaError `ERR_SOPHIA_DEVICE`, with the reason, for one that cannot be used.
*/
export function resolveDevice(name: DeviceName): 'cpu' {
	const asked = oneOf('device', name, deviceNames);
	const device = asked === 'auto' ? oneOf('SOPHIA_DEVICE', variable('SOPHIA_DEVICE') ?? 'cpu', deviceNames) : asked;
	if (device === 'cuda') {
		throw new SophiaError('ERR_SOPHIA_DEVICE', `CUDA cannot be used: ${withoutCuda()}`);
	}
	checkThreadVariable();
	return 'cpu';
}

function withoutCuda(): string {
	const {available, reason} = cuda();
	return available ? 'this build trains on the CPU only' : reason;
}
