// A run that is interrupted and goes on, bit for bit as if it had not been.
//
//   node examples/resume.mjs [text file]
import {rmSync} from 'node:fs';
import {Dataset, Gpt2, Lion, Trainer} from 'sophia-native';

const file = process.argv[2] ?? 'README.md';
const directory = 'example/run';
rmSync(directory, {recursive: true, force: true});

const data = await Dataset.prepare({files: [file], directory: 'example/data'});
const model = await Gpt2.create({layers: 2, heads: 2, width: 64, context: 32, vocabulary: data.vocabulary});
const trainer = new Trainer({model, optimizer: new Lion(), data, directory, steps: 60});

// Any AbortSignal will do, such as AbortSignal.timeout(60_000). The step in progress is finished, a checkpoint written.
const controller = new AbortController();
try {
	for await (const {step} of trainer.run({signal: controller.signal})) {
		if (step === 20) {
			controller.abort(new Error('time for lunch'));
		}
	}
} catch (error) {
	if (error.code !== 'ABORT_ERR') {
		throw error;
	}
	console.log(`stopped: ${error.cause.message}`);
}
trainer.dispose();
model.dispose();

// Everything that is needed is in the directory: the model, the optimizer and its state, and where the data is.
const resumed = await Trainer.resume(directory);
let first;
for await (const {step} of resumed.run()) {
	first ??= step;
}
console.log(`went on at step ${first} to step ${resumed.training.steps}`);
resumed.dispose();
