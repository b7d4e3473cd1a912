// A short training through the public API: text to shards, Sophia-G, a checkpoint, a sample, and a resumed run; and
// tensors of a trainer of one's own.
//
//   node train.cjs <package>        where to load it from: a folder or the package's name
const {mkdtempSync, rmSync} = require('node:fs');
const {tmpdir} = require('node:os');
const {join} = require('node:path');
const {bytes, Dataset, Device, Gpt2, SophiaG, Trainer} = require(process.argv[2]);

async function train(trainer) {
	let last;
	for await (const report of trainer.run()) last = report;
	return last;
}

async function main(directory) {
	const text = 'In the beginning was the word, and the word was trained. '.repeat(400);
	const data = await Dataset.prepare({text, directory: join(directory, 'data')});
	const model = await Gpt2.create({layers: 2, heads: 2, width: 32, context: 32, vocabulary: 256});
	const optimizer = new SophiaG({learningRate: 3e-3, curvature: {every: 5}});
	const common = {model, optimizer, data, directory: join(directory, 'run'), batch: 4};
	const first = new Trainer({...common, steps: 20, evaluation: {every: 10, batches: 2}});
	const {loss, validationLoss} = await train(first);
	first.dispose();
	if (!(loss > 0 && loss < 6 && validationLoss > 0)) throw new Error(`loss ${loss}, validation ${validationLoss}`);
	const sample = await model.generate(bytes.encode('In the '), {count: 20});
	console.log(`loss ${loss.toFixed(3)}, sample ${JSON.stringify(bytes.decode(sample))}`);
	model.dispose();
}

/** A parabola over tensors, views and arrays, on this thread and on another; all memory is returned. */
async function attach() {
	const device = Device.best();
	const {used} = device.memory();
	for (let round = 0; round < 50; round++) {
		const [weight, gradient] = [device.from([3, -2, 1]), device.zeros([2, 3])];
		const row = gradient.slice(1);
		const view = row.view([3]);
		const state = new SophiaG({learningRate: 0.1, weightDecay: 0}).attach({weight});
		for (let step = 0; step < 10; step++) {
			view.copyFrom(weight.toArray());
			if (step % 5 === 0) state.updateHessian({weight: view}, {tokens: 1});
			if (step % 2 === 0) state.step({weight: view}, {clip: 1});
			else await state.stepAsync([view]);
		}
		if (device.isCpu && weight.data.length !== 3) throw new Error('no view of the memory');
		if (!(Math.abs(weight.toArray()[0]) < 3)) throw new Error(`${weight.toArray()}`);
		const saved = state.state();
		state.load(saved);
		[view, row, gradient, weight, state].forEach((owner) => owner.dispose());
	}
	if (device.memory().used !== used) throw new Error(`${device.memory().used - used} bytes were not returned`);
}

const directory = mkdtempSync(join(tmpdir(), 'sophia-'));
main(directory)
	.then(attach)
	.finally(() => rmSync(directory, {recursive: true}))
	.catch((error) => {
		console.error(error);
		process.exitCode = 1;
	});
