/** The models that steps are measured on. */

/** A model and its batch. */
export interface Model {
	readonly name: string;
	readonly layers: number;
	readonly heads: number;
	readonly width: number;
	readonly vocabulary: number;
	readonly batch: number;
	readonly length: number;
}

/** GPT-2 124M. */
export const twelveLayers: Model = {
	name: '124M, B4 T64',
	layers: 12,
	heads: 12,
	width: 768,
	vocabulary: 50257,
	batch: 4,
	length: 64,
};

/** Ten million parameters, of bytes. */
export const sixLayers: Model = {
	name: '6×384, B12 T256',
	layers: 6,
	heads: 6,
	width: 384,
	vocabulary: 256,
	batch: 12,
	length: 256,
};

/** Less than a million. */
export const fourLayers: Model = {
	name: '4×128, B12 T64',
	layers: 4,
	heads: 4,
	width: 128,
	vocabulary: 256,
	batch: 12,
	length: 64,
};
