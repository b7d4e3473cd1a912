// The addon in threads: in a worker alone, in one that is terminated while it trains, and in four threads at once.
const {mkdtempSync, rmSync} = require('node:fs');
const {tmpdir} = require('node:os');
const {join} = require('node:path');
const {setTimeout} = require('node:timers/promises');
const {Worker, isMainThread, parentPort, workerData} = require('node:worker_threads');
const {Dataset, Gpt2, SophiaG, Trainer} = require('sophia-native');

/** Trains a model, with what the thread hears of each step. @returns the losses */
async function train(directory, steps, heard = () => {}) {
	const text = 'In the beginning was the word, and the word was trained. '.repeat(400);
	const data = await Dataset.prepare({text, directory: join(directory, 'data')});
	const model = await Gpt2.create({layers: 2, heads: 2, width: 32, context: 32, vocabulary: 256});
	const optimizer = new SophiaG({curvature: {every: 5}});
	const trainer = new Trainer({model, optimizer, data, batch: 4, steps});
	const losses = [];
	for await (const {step, loss} of trainer.run()) {
		losses.push(loss);
		heard(step);
	}
	trainer.dispose();
	model.dispose();
	return losses;
}

function start(directory, steps) {
	const worker = new Worker(__filename, {workerData: {directory, steps}});
	const messages = [];
	const ended = new Promise((resolve, reject) => worker.once('error', reject).once('exit', () => resolve(messages)));
	worker.on('message', (message) => messages.push(message));
	return {worker, messages, ended};
}

function expect(what, holds) {
	if (!holds) throw new Error(`expected ${what}`);
}

async function main(directory) {
	const folder = (name) => join(directory, name);
	const alone = (await start(folder('alone'), 10).ended).at(-1);
	expect('a worker alone to train', alone.losses.length === 10);

	const endless = start(folder('endless'), 1e6);
	while (endless.messages.length < 3) await setTimeout(1);
	await endless.worker.terminate();
	await setTimeout(100); // its threads, if they still ran, would do so without their memory

	const workers = ['one', 'two', 'three'].map((name) => start(folder(name), 10));
	const here = await train(folder('main'), 10);
	for (const messages of await Promise.all(workers.map(({ended}) => ended))) {
		expect('the same losses in every thread', String(messages.at(-1).losses) === String(here));
	}
	expect('the losses of a worker alone', String(alone.losses) === String(here));
}

if (isMainThread) {
	const directory = mkdtempSync(join(tmpdir(), 'sophia-'));
	main(directory)
		.finally(() => rmSync(directory, {recursive: true}))
		.catch((error) => {
			console.error(error);
			process.exitCode = 1;
		});
} else {
	const {directory, steps} = workerData;
	void train(directory, steps, (step) => parentPort.postMessage({step})).then((losses) =>
		parentPort.postMessage({losses}),
	);
}
