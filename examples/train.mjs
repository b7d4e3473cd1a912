// Text to a trained model to new text, in one file.
//
//   node examples/train.mjs [text file]
import {bytes, Dataset, Gpt2, SophiaG, Trainer} from 'sophia-native';

const file = process.argv[2] ?? 'README.md';

// One token for each byte; the last tenth of the text is for validation.
const data = await Dataset.prepare({files: [file], directory: 'example/data'});

const model = await Gpt2.create({layers: 2, heads: 2, width: 64, context: 32, vocabulary: data.vocabulary});

// Options that are left out have the defaults of the Sophia paper's code.
const optimizer = new SophiaG({learningRate: 2e-3, rho: 0.05, curvature: {every: 10}});

const trainer = new Trainer({model, optimizer, data, steps: 100, batch: 8, evaluation: {every: 50, batches: 4}});

for await (const {step, loss, winRate, validationLoss} of trainer.run()) {
	if (validationLoss !== undefined) {
		console.log(`step ${step}: loss ${loss.toFixed(3)}, validation ${validationLoss.toFixed(3)}, win rate ${winRate}`);
	}
}

console.log(bytes.decode(await model.generate(bytes.encode('The '), {count: 80})));

trainer.dispose();
model.dispose();
