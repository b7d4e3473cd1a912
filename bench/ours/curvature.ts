/** Gradients and products with matrices of second derivatives, on a model and examples that lie in a folder. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Gpt2} from 'sophia-native';
import type {Case, Work} from '../protocol';

/** A case of `gradient`, `product` or `gaussNewton`; the product is left in the folder. */
export async function curvature(of: Case): Promise<Work> {
	const folder = String(of.folder);
	const model = await Gpt2.load(join(folder, 'model.safetensors'), {device: 'cpu', threads: Number(of.threads)});
	const read = (name: string) => new Uint8Array(readFileSync(join(folder, name))).buffer;
	const examples = {
		tokens: new Int32Array(read('tokens')),
		targets: new Int32Array(read('targets')),
		length: Number(of.length),
	};
	const along = new Float32Array(read('vector'));
	const passes = {batch: Number(of.batch)};
	const works: Readonly<Record<string, () => Promise<unknown>>> = {
		gradient: () => model.gradient(examples, passes),
		product: () => model.hessianVectorProduct(examples, along, passes),
		gaussNewton: () => model.gaussNewtonVectorProduct(examples, along, passes),
	};
	const run = works[String(of.what)] ?? works.gradient;
	await model.gradient(examples, passes);
	const bare = bytesOf(model);
	if (of.what === 'product') {
		const {product} = await model.hessianVectorProduct(examples, along, passes);
		writeFileSync(join(folder, 'product'), product.values);
	}
	return {
		facts: {memory: bytesOf(model) / bare},
		async turn(seconds) {
			await run?.(); // as everybody's turn begins
			const begin = performance.now();
			let count = 0;
			for (; count === 0 || performance.now() - begin < 1e3 * seconds; count++) {
				await run?.();
			}
			return {seconds: (performance.now() - begin) / 1e3, count};
		},
		dispose: () => model.dispose(),
	};
}

/** Of its arenas. */
function bytesOf(model: Gpt2): number {
	const {parameters, gradient, activations, curvature: more} = model.memory();
	return parameters + gradient + activations + more;
}
