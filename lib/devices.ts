/** Where the numbers are computed, and what this machine offers for it. */
import {oneOf, text} from './check';
import {checkThreadVariable, variable} from './environment';
import {argumentError, SophiaError, wrap} from './errors';
import {native, type CpuInfo, type CudaInfo, type Gpu} from './native';

/**
`cpu`; `cuda`, the first GPU that this build can use; `cuda:1`, a GPU by CUDA's number; or `auto`: `SOPHIA_DEVICE` if it
is set, else CUDA where it is available, else the CPU.
*/
export type DeviceName = 'auto' | 'cpu' | 'cuda' | `cuda:${number}`;

/** A device of this machine. */
export interface DeviceInfo {
	/** As it is asked for: `cpu`, or `cuda:0` and the GPUs that follow; `cuda` where there is none. */
	readonly name: Exclude<DeviceName, 'auto'>;
	/** Whether a model can be trained on it, with this build, on this machine, now. */
	readonly available: boolean;
	/** What it is, or why it is not available. */
	readonly description: string;
}

/** Where a model is: the backend and, on CUDA, the GPU's number. */
export interface DeviceChoice {
	readonly device: 'cpu' | 'cuda';
	readonly gpu: number;
}

/**
The instruction sets and threads of the CPU.

@example
```
const {isa, threads} = cpu(); // 'avx512', 16
```
@throws SophiaError `ERR_SOPHIA_NO_BINARY`, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a wrong `SOPHIA_NUM_THREADS`.
*/
export function cpu(): CpuInfo {
	checkThreadVariable();
	return wrap(() => native().cpu());
}

/**
The state of CUDA: compiled in, available, and if not, why.

@example
```
const {available, reason} = cuda();
console.log(available ? 'CUDA is available' : reason);
```
@throws SophiaError `ERR_SOPHIA_NO_BINARY`
*/
export function cuda(): CudaInfo {
	return wrap(() => native().cuda());
}

/**
Every device this package knows, usable or not.

@example
```
for (const {name, available, description} of devices()) {
	console.log(name, available, description);
}
```
@throws as `cpu`
*/
export function devices(): readonly DeviceInfo[] {
	const {isa, threads} = cpu();
	const {gpus, reason} = cuda();
	const others: DeviceInfo[] = gpus.map((gpu, i) => ({
		name: `cuda:${i}`,
		available: gpu.usable,
		description: describe(gpu),
	}));
	const none: DeviceInfo = {name: 'cuda', available: false, description: reason};
	return [
		{name: 'cpu', available: true, description: `${isa}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`},
		...(others.length === 0 ? [none] : others),
	];
}

/**
The device that a name stands for.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an unknown name, and for a wrong `SOPHIA_NUM_THREADS`.
@throws SophiaError `ERR_SOPHIA_DEVICE`, with the reason, for one that cannot be used.
*/
export function resolveDevice(name: DeviceName): DeviceChoice {
	const asked = deviceName('device', name);
	const device = asked === 'auto' ? deviceName('SOPHIA_DEVICE', variable('SOPHIA_DEVICE') ?? 'auto') : asked;
	if (device === 'cpu' || (device === 'auto' && !cuda().available)) {
		checkThreadVariable();
		return {device: 'cpu', gpu: 0};
	}
	return {device: 'cuda', gpu: findGpu(device)};
}

/** The name of a choice: `cpu`, or `cuda:0` and the like. */
export function nameOf({device, gpu}: DeviceChoice): string {
	return device === 'cpu' ? device : `${device}:${gpu}`;
}

/** A well-formed name, whether or not there is such a device. */
function deviceName(name: string, value: unknown): string {
	const given = text(name, value);
	return /^cuda:(0|[1-9]\d{0,2})$/.test(given) ? given : oneOf(name, given, ['auto', 'cpu', 'cuda', 'cuda:0']);
}

function findGpu(name: string): number {
	const {available, gpus, reason} = cuda();
	if (!available) {
		throw new SophiaError('ERR_SOPHIA_DEVICE', `CUDA cannot be used: ${reason}`);
	}
	if (!name.includes(':')) {
		return gpus.findIndex(({usable}) => usable);
	}
	const number = Number(name.slice('cuda:'.length));
	const gpu = gpus[number];
	if (gpu === undefined) {
		throw argumentError('range', `Expected \`device\` to be one of cuda:0 to cuda:${gpus.length - 1}, got \`${name}\``);
	}
	if (!gpu.usable) {
		throw new SophiaError('ERR_SOPHIA_DEVICE', `\`${name}\` cannot be used: ${describe(gpu)}`);
	}
	return number;
}

function describe({name, capability, memory, usable, reason}: Gpu): string {
	const version = (capability / 10).toFixed(1);
	return usable ? `${name}, compute capability ${version}, ${(memory / 2 ** 30).toFixed(0)} GiB` : `${name}: ${reason}`;
}
