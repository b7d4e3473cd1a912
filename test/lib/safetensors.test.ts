import {safetensorsHeader} from '../../lib/safetensors';

test('a header says where the tensors lie, and ends at a multiple of 8 bytes', () => {
	const header = Buffer.from(
		safetensorsHeader(
			[
				{name: 'ä', shape: [2, 3]},
				{name: 'b', shape: []},
			],
			{format: 'x'},
		),
	);
	const length = Number(header.readBigUInt64LE());
	expect(length % 8).toBe(0);
	expect(header.length).toBe(8 + length);
	expect(JSON.parse(header.toString('utf8', 8))).toEqual({
		__metadata__: {format: 'x'},
		ä: {dtype: 'F32', shape: [2, 3], data_offsets: [0, 24]},
		b: {dtype: 'F32', shape: [], data_offsets: [24, 28]},
	});
});
