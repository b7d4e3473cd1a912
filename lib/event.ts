/** Points in the order of a device's work. */
import {instance} from './check';
import {wrap} from './errors';
import {native} from './native';
import type {NativeDevice, NativeEvent} from './nativetensors';

/**
A point in the order of a device's work: `device.record()` makes one. On the CPU every call has ended when it returns, so
that an event has passed at once.

@example
```
const start = device.record();
state.step(gradients);
const end = device.record();
end.wait();
end.millisecondsSince(start);
```
*/
export class Event {
	readonly #native: NativeEvent;

	/** @internal */
	constructor(device: NativeDevice) {
		this.#native = wrap(() => new (native().Event)(device));
	}

	/** Whether the work before it is done. @throws SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_DEVICE` */
	get passed(): boolean {
		return wrap(() => this.#native.passed());
	}

	/** Waits until the work before it is done. @throws SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_DEVICE` */
	wait(): void {
		wrap(() => this.#native.wait());
	}

	/** Milliseconds of the device's time from an earlier event, when both have passed. @throws SophiaError */
	millisecondsSince(earlier: Event): number {
		const other = instance('earlier', earlier, Event, 'an Event').#native;
		return wrap(() => this.#native.millisecondsSince(other));
	}

	/** @internal */
	waitOn(device: NativeDevice): void {
		wrap(() => this.#native.waitOn(device));
	}

	/** Gives the event up. */
	dispose(): void {
		this.#native.dispose();
	}

	/** As `dispose`: `using` calls it at the end of its block. */
	[Symbol.dispose](): void {
		this.dispose();
	}
}
