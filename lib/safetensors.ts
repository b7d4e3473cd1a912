/** How safetensors files of floats are written, https://huggingface.co/docs/safetensors. */
import {sizeOf, type Parameter} from './vector';

/** The header of a file: what it says about itself, and where the tensors lie that follow it in this order. */
export function safetensorsHeader(
	tensors: readonly Parameter[],
	metadata: Readonly<Record<string, string>>,
): Uint8Array {
	let end = 0;
	const entries = tensors.map((tensor) => {
		const begin = end;
		end += Float32Array.BYTES_PER_ELEMENT * sizeOf(tensor);
		return [tensor.name, {dtype: 'F32', shape: tensor.shape, data_offsets: [begin, end]}];
	});
	const text = Buffer.from(JSON.stringify({__metadata__: metadata, ...Object.fromEntries(entries)}));
	const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]); // so that the numbers are aligned
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(padded.length));
	return Buffer.concat([length, padded]);
}
