/**
TensorBoard's events as protocol buffers, of which it takes three messages (tensorflow/core/util/event.proto,
tensorflow/core/framework/summary.proto; https://protobuf.dev/programming-guides/encoding):

	Event       1 wall_time: double   2 step: int64   3 file_version: string   5 summary: Summary   7 session_log: SessionLog
	Summary     1 value, repeated: Value {1 tag: string, 2 simple_value: float}
	SessionLog  1 status: enum, START = 1
*/
import {numbersOf, type StepReport} from '../metrics';

const wire = {varint: 0, fixed64: 1, bytes: 2, fixed32: 5} as const;

const key = (field: number, type: keyof typeof wire) => Buffer.of((field << 3) | wire[type]);

/** Seven bits a byte, the lowest first; all but the last have the top bit set. */
function varint(value: number): Buffer {
	const bytes: number[] = [];
	let rest = value;
	for (; rest >= 128; rest = Math.floor(rest / 128)) {
		bytes.push((rest % 128) | 128);
	}
	return Buffer.from([...bytes, rest]);
}

function double(field: number, value: number): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeDoubleLE(value);
	return Buffer.concat([key(field, 'fixed64'), bytes]);
}

function float(field: number, value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeFloatLE(value);
	return Buffer.concat([key(field, 'fixed32'), bytes]);
}

const integer = (field: number, value: number) => Buffer.concat([key(field, 'varint'), varint(value)]);

function bytes(field: number, value: Buffer | string): Buffer {
	const content = Buffer.from(value);
	return Buffer.concat([key(field, 'bytes'), varint(content.length), content]);
}

/** The first event of a file. @param time in seconds since 1970, like that of every event */
export function versionEvent(time: number): Buffer {
	return Buffer.concat([double(1, time), bytes(3, 'brain.Event:2')]);
}

/** Says that what a reader has of this step and later ones, from an older file, does not hold. */
export function startEvent(time: number, step: number): Buffer {
	return Buffer.concat([double(1, time), integer(2, step), bytes(7, integer(1, 1))]);
}

/** Every number of a report, as a scalar in single precision; those of a group stand under it, `milliseconds/forward`. */
export function stepEvent(time: number, report: StepReport): Buffer {
	const values = numbersOf(report)
		.filter(([path]) => path !== 'step')
		.map(([path, value]) => bytes(1, Buffer.concat([bytes(1, path.replace('.', '/')), float(2, value)])));
	return Buffer.concat([double(1, time), integer(2, report.step), bytes(5, Buffer.concat(values))]);
}
