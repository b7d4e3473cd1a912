// A training as an ES module, for bundlers.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Dataset, Gpt2, SophiaG, Trainer} from 'sophia-native';

const directory = mkdtempSync(join(tmpdir(), 'sophia-'));

async function train() {
	const text = 'In the beginning was the word, and the word was trained. '.repeat(400);
	const data = await Dataset.prepare({text, directory});
	const model = await Gpt2.create({layers: 1, heads: 2, width: 32, context: 32, vocabulary: 256});
	const trainer = new Trainer({model, optimizer: new SophiaG(), data, batch: 4, steps: 5});
	for await (const {step, loss} of trainer.run()) console.log(step, loss);
	trainer.dispose();
	model.dispose();
}

train()
	.finally(() => rmSync(directory, {recursive: true}))
	.catch((error) => {
		console.error(error);
		process.exitCode = 1;
	});
