// The three optimizers on the same text, from the same weights, over the same batches.
//
//   node examples/compare.mjs [text file]
import {AdamW, Dataset, Gpt2, Lion, SophiaG, Trainer} from 'sophia-native';

const file = process.argv[2] ?? 'README.md';
const data = await Dataset.prepare({files: [file], directory: 'example/data'});

// A comparison is fair when all decay the same tensors, have the same schedule and the same batches.
const optimizers = [
	new AdamW({learningRate: 3e-3}),
	new Lion({learningRate: 6e-4}),
	new SophiaG({learningRate: 2e-3, rho: 0.05}),
];

for (const optimizer of optimizers) {
	const model = await Gpt2.create(
		{layers: 2, heads: 2, width: 64, context: 32, vocabulary: data.vocabulary},
		{seed: 1},
	);
	const trainer = new Trainer({model, optimizer, data, steps: 60, batch: 8, evaluation: {every: 0}});
	for await (const {warning} of trainer.run()) {
		if (warning !== undefined) {
			console.log(`${optimizer.name}: ${warning}`);
		}
	}
	const {loss} = await model.evaluate(data, {batches: 0});
	console.log(`${optimizer.name.padEnd(8)} ${loss.toFixed(4)} nats per byte`);
	trainer.dispose();
	model.dispose();
}
