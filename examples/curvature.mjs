// How sharp is the loss around a model? The largest eigenvalue of its Hessian, before and after some training.
//
//   node examples/curvature.mjs
import {Dataset, Gpt2, SophiaH, Trainer, hessianDiagonal, lanczos} from 'sophia-native';

const text = 'It is the curvature that tells how far a step may go. '.repeat(200);
const data = await Dataset.prepare({text, directory: 'example/curvature-data'});
const model = await Gpt2.create({layers: 2, heads: 2, width: 32, context: 32, vocabulary: data.vocabulary});
const examples = await model.examples(data, {sequences: 8});

async function look(when) {
	const start = await model.probe({distribution: 'gaussian'});
	const multiply = async (u) => (await model.hessianVectorProduct(examples, u)).product.values;
	const [sharpest] = await lanczos(multiply, start.values, {steps: 15});
	const {trace} = await hessianDiagonal(model, examples, {probes: 20});
	console.log(`${when}: largest eigenvalue ${sharpest.value.toFixed(2)} ± ${sharpest.error.toFixed(2)},`);
	console.log(`  trace ${trace.mean.toFixed(1)} ± ${trace.error.toFixed(1)}`);
}

await look('before');
const trainer = new Trainer({model, optimizer: new SophiaH({learningRate: 2e-3}), data, steps: 100});
let last = {loss: NaN, negativeRate: NaN};
for await (const {loss, negativeRate} of trainer.run()) last = {loss, negativeRate};
console.log(`loss ${last.loss.toFixed(3)}, negative estimates ${last.negativeRate.toFixed(2)}`);
await look('after');

trainer.dispose();
model.dispose();
