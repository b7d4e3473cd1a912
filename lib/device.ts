/** A processor that holds tensors and computes with them, for callers who have a trainer of their own. */
import {checkSize, lengthOf} from './arrays';
import {address as checkAddress, count as checkCount, got, instance, integer, list, text, withDefaults} from './check';
import {devices, resolveDevice, type DeviceName} from './devices';
import {checkMemoryVariable} from './environment';
import {argumentError, SophiaError, wrap} from './errors';
import {Event} from './event';
import {native} from './native';
import type {NativeDevice} from './nativetensors';
import {arrayTypes, checkShape, dtypeOf, Tensor, type ElementType, type TypedArray} from './tensor';
import {Storage} from './storage';

/** How the CPU is used. */
export interface CpuOptions {
	/** Threads, from 1 on. @default `SOPHIA_NUM_THREADS`, or the processors this process may use */
	readonly threads?: number;
	/** The instruction set: `avx512bf16`, `avx512`, `avx2` or `baseline`. @default `SOPHIA_ISA`, or the best this machine runs */
	readonly isa?: string;
}

/** How a GPU is used. */
export interface CudaOptions {
	/** The address of a `cudaStream_t` of the caller's to work on, who keeps it. @default a stream of the device's own */
	readonly stream?: bigint;
}

/** The memory that the tensors of a device and the states of optimizers hold, in bytes. */
export interface DeviceMemory {
	/** What is held now. */
	readonly used: number;
	/** The most that was held at once. */
	readonly peak: number;
	/**
	What may be held: `SOPHIA_MEMORY_LIMIT`, or on the CPU four fifths of what the machine had left when the device was
	made, or of what its container may have.
	*/
	readonly limit: number;
	/** How many blocks of memory there are; views share one. */
	readonly blocks: number;
}

/** What a device is. */
export interface DeviceProperties {
	/** `cpu`, `cuda:0`. */
	readonly name: string;
	/** The instruction set of the CPU, or `cuda`. */
	readonly isa: string;
	/** Threads of the host that work for it. */
	readonly threads: number;
	/** In words. */
	readonly description: string;
}

/** The dtype that the numbers of an array have as they are. */
export type ElementOf<A> = A extends Int32Array ? 'i32' : A extends Uint16Array ? 'u16' : 'f32';

/** What the elements of a new tensor are. */
export interface TensorOptions<D extends ElementType = ElementType> {
	/** @default 'f32' */
	readonly dtype?: D;
}

/**
A processor with memory of its own. Its methods return when their work is done; on CUDA everything runs in the order of
one stream. While a call of another thread is under way (`stepAsync`), others are refused with `ERR_SOPHIA_BUSY`, but for
taking and returning memory.

@example
```
const device = Device.best();
using weights = device.from(new Float32Array([1, 2, 3, 4]), [2, 2]);
weights.toArray(); // Float32Array [1, 2, 3, 4]
```
*/
export class Device {
	static readonly #shared = new Map<string, Device>();

	/** As it is asked for: `cpu`, `cuda:0`. */
	readonly name: string;
	readonly #native: NativeDevice;
	#disposed = false;
	/** Calls of other threads that have not ended, and the last of them. */
	#pending = 0;
	#last: Promise<unknown> = Promise.resolve();

	private constructor(device: NativeDevice) {
		this.#native = device;
		this.name = device.facts().name;
	}

	/**
	The CPU. Without options it is one object for the whole program; with options a new one, with threads of its own.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DEVICE` for an instruction set that
	this machine does not have, `ERR_SOPHIA_NO_BINARY`.
	*/
	static cpu(options: CpuOptions = {}): Device {
		const given = withDefaults(options, cpuDefaults);
		const threads = given.threads === undefined ? 0 : checkCount('threads', given.threads);
		const isa = given.isa === undefined ? '' : text('isa', given.isa);
		resolveDevice('cpu');
		const make = () => Device.#make({device: 'cpu', isa, threads, gpu: 0, stream: 0n});
		return threads === 0 && isa === '' ? Device.#share('cpu', make) : make();
	}

	/**
	A GPU. Without a stream it is one object for the whole program.

	@param gpu its number, from 0 on, as CUDA counts them
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DEVICE`, with the reason, where it
	cannot be used.
	*/
	static cuda(gpu = 0, options: CudaOptions = {}): Device {
		const name: DeviceName = `cuda:${integer('gpu', gpu, 0, 999)}`;
		const {stream} = withDefaults(options, cudaDefaults);
		resolveDevice(name);
		const make = (address: bigint) => Device.#make({device: 'cuda', isa: '', threads: 0, gpu, stream: address});
		return stream === undefined ? Device.#share(name, () => make(0n)) : make(checkAddress('stream', stream));
	}

	/** `SOPHIA_DEVICE` if it is set, else the first GPU where CUDA is available, else the CPU. @throws as `Device.cuda` */
	static best(): Device {
		const choice = resolveDevice('auto');
		return choice.device === 'cpu' ? Device.cpu() : Device.cuda(choice.gpu);
	}

	static #make(choice: ConstructorParameters<ReturnType<typeof native>['Device']>[0]): Device {
		checkMemoryVariable();
		return wrap(() => new Device(new (native().Device)(choice)));
	}

	static #share(name: string, make: () => Device): Device {
		const device = Device.#shared.get(name) ?? make();
		Device.#shared.set(name, device);
		return device;
	}

	/** Whether it is the CPU, whose memory arrays of JavaScript share. */
	get isCpu(): boolean {
		return this.name === 'cpu';
	}

	/** Another device of the same GPU with a stream of its own: what runs on the two is ordered by events alone. */
	fork(): Device {
		const {device, gpu} = resolveDevice(this.name as DeviceName);
		return Device.#make({device, isa: '', threads: 0, gpu, stream: 0n});
	}

	/** The address of the `cudaStream_t` that it works on; 0 on the CPU. @throws SophiaError `ERR_SOPHIA_DISPOSED` */
	get stream(): bigint {
		return wrap(() => this.native().facts().stream);
	}

	/** What it is. @throws SophiaError `ERR_SOPHIA_DISPOSED` */
	properties(): DeviceProperties {
		const {name, isa, threads} = wrap(() => this.native().facts());
		const known = devices().find((each) => each.name === name)?.description ?? '';
		const description = this.isCpu ? `${isa}, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : known;
		return {name, isa, threads, description};
	}

	/** What its tensors and the states of optimizers hold. @throws SophiaError `ERR_SOPHIA_DISPOSED` */
	memory(): DeviceMemory {
		return wrap(() => this.native().use());
	}

	/** Waits for all its work. @throws SophiaError `ERR_SOPHIA_DEVICE` with what has failed, `ERR_SOPHIA_DISPOSED` */
	synchronize(): void {
		wrap(() => this.native().synchronize());
	}

	/** The point that its work has reached. @throws SophiaError `ERR_SOPHIA_DISPOSED` */
	record(): Event {
		return new Event(this.native());
	}

	/** Its work from here on waits for an event of another device of the same GPU. @throws SophiaError */
	wait(event: Event): void {
		instance('event', event, Event, 'an Event').waitOn(this.native());
	}

	/**
	A tensor of zeros.

	@param shape sizes, from the slowest to the fastest; `[]` is a single number
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_OUT_OF_MEMORY`
	*/
	zeros<D extends ElementType = 'f32'>(shape: readonly number[], options: TensorOptions<D> = {}): Tensor<D> {
		return Tensor.make(this, shape, withDefaults(options, tensorDefaults).dtype as D);
	}

	/** A tensor for the caller to fill. Its elements are zeros today, and may be anything. @throws as `zeros` */
	empty<D extends ElementType = 'f32'>(shape: readonly number[], options: TensorOptions<D> = {}): Tensor<D> {
		return this.zeros(shape, options);
	}

	/**
	A tensor with a copy of these numbers.

	@param values a typed array, or numbers; they are taken as a typed array takes them, and those of `bf16` are rounded to
	the nearest
	@param shape @default one dimension
	@param options the dtype @default that of a typed array, else `f32`
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_OUT_OF_MEMORY`
	*/
	from<A extends TypedArray | readonly number[], D extends ElementType = ElementOf<A>>(
		values: A,
		shape?: readonly number[],
		options: TensorOptions<D> = {},
	): Tensor<D> {
		const {length} = list('values', values);
		const {dtype} = withDefaults(options, {dtype: dtypeOf(values) ?? 'f32'});
		const tensor = this.zeros(shape ?? [length], {dtype: dtype as D});
		try {
			return tensor.copyFrom(values);
		} catch (error) {
			tensor.dispose();
			throw error;
		}
	}

	/**
	A tensor over the caller's own array, without a copy: on the CPU only. The array may lie in a `SharedArrayBuffer`. If
	it is transferred away or resized, the tensor answers `ERR_SOPHIA_DISPOSED`.

	@param shape @default one dimension
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	wrap<A extends TypedArray>(array: A, shape?: readonly number[]): Tensor<ElementOf<A>> {
		const dtype = dtypeOf(array);
		if (dtype === undefined) {
			throw argumentError('type', `Expected \`array\` to be one of ${arrayTypes.join(', ')}, ${got(array)}`);
		}
		const wanted = checkShape(shape ?? [lengthOf(array)]);
		checkSize(wanted, lengthOf(array));
		if (!this.isCpu) {
			throw argumentError('range', `Expected the device to be the CPU, got \`${this.name}\`, which reaches no arrays`);
		}
		return new Tensor(Storage.over(this, array), wanted, dtype as ElementOf<A>);
	}

	/**
	A tensor over memory of the device that somebody else owns, and keeps until it is disposed of.

	@param address where it begins, as a trainer in another language has it: a `CUdeviceptr`, or on the CPU a pointer
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	wrapPointer<D extends ElementType = 'f32'>(
		address: bigint,
		shape: readonly number[],
		options: TensorOptions<D> = {},
	): Tensor<D> {
		const dtype = withDefaults(options, tensorDefaults).dtype as D;
		return Tensor.make(this, shape, dtype, checkAddress('address', address));
	}

	/** Gives it up: nothing more is begun on it. The one that `cpu()`, `cuda()` and `best()` give everybody stays. */
	dispose(): void {
		if (Device.#shared.get(this.name) !== this) {
			this.#disposed = true;
			this.#native.dispose();
		}
	}

	/** As `dispose`: `using` calls it at the end of its block. */
	[Symbol.dispose](): void {
		this.dispose();
	}

	/** The native object. @internal */
	native(): NativeDevice {
		if (this.#disposed) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', `The device ${this.name} was disposed`);
		}
		return this.#native;
	}

	/** Runs calls of other threads one after the other, and the first at once. @internal */
	queue<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#pending++ === 0 ? work() : this.#last.then(work);
		const end = () => {
			this.#pending--;
		};
		this.#last = result.then(end, end);
		return result;
	}

	/** @throws SophiaError `ERR_SOPHIA_BUSY` while calls of other threads are under way or wait @internal */
	expectIdle(): void {
		if (this.#pending > 0) {
			throw new SophiaError('ERR_SOPHIA_BUSY', `The device ${this.name} is busy with another call`);
		}
	}
}

const tensorDefaults: {dtype: ElementType} = {dtype: 'f32'};
const cpuDefaults: {[key in keyof CpuOptions]: CpuOptions[key] | undefined} = {threads: undefined, isa: undefined};
const cudaDefaults: {stream: bigint | undefined} = {stream: undefined};
