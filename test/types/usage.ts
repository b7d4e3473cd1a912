/** How the package is used from TypeScript. Compiled by `test/types.test.ts`, never run. */
import {
	AdamW,
	bytes,
	Dataset,
	Device,
	gnb,
	Gpt2,
	hutchinson,
	Lion,
	Muon,
	Scion,
	Sgd,
	Soap,
	optimizerFromJson,
	preset,
	SophiaError,
	SophiaG,
	SophiaH,
	Trainer,
	type ErrorCode,
	type Optimizer,
	type StepReport,
} from '../../lib/index';

export async function train(signal: AbortSignal): Promise<readonly number[]> {
	const data = await Dataset.prepare({
		files: ['a.txt'],
		directory: 'data',
		onProgress: ({bytes, total}) => bytes / total,
	});
	using model = await Gpt2.create({layers: 2, gelu: 'erf', vocabulary: data.vocabulary}, {seed: 1, device: 'cpu'});
	const optimizers: readonly Optimizer[] = [
		new AdamW(),
		new Lion({beta1: 0.9}),
		new Sgd({nesterov: true}),
		new Muon({adamw: {learningRate: 3e-3}}),
		new Scion({form: 'study', sign: {beta1: 0.9}}),
		new Soap({block: 256}),
		new SophiaG({curvature: {every: 5}}),
	];
	const [optimizer = new AdamW()] = optimizers;
	using trainer = new Trainer({model, optimizer, data, steps: 10, schedule: {kind: 'wsd', decaySteps: 2}});
	const losses: number[] = [];
	for await (const report of trainer.run({signal})) {
		const {loss, validationLoss}: StepReport = report;
		losses.push(validationLoss ?? loss);
	}
	const text: string = bytes.decode(await model.generate(bytes.encode('a'), {count: 3}));
	return text === '' ? [] : losses;
}

export async function resume(): Promise<void> {
	using trainer = await Trainer.resume('run', {steps: 20});
	const {optimizer, model} = trainer;
	optimizerFromJson(optimizer.toJSON());
	const {loss, tokens} = await model.evaluate(trainer.data, {split: 'train'});
	model.write('wte.weight', new Float32Array(loss * tokens));
}

export async function exchange(): Promise<void> {
	using model = await Gpt2.fromPretrained('gpt2', {context: 512, dropout: 0, device: 'cpu'});
	await model.savePretrained('trained');
	// @ts-expect-error the shape comes with the weights
	await Gpt2.fromPretrained('gpt2', {layers: 2});
}

export function estimate(logits: Float32Array, weight: Float32Array): number {
	const labels: Int32Array = gnb.sampleLabels(logits, {classes: 10, step: 1});
	using drawn = gnb.sampleLabels(Device.cpu().zeros([2, 10]), {step: 1});
	const integers: Int32Array = drawn.toArray();
	const near: Float32Array = gnb.sampleGaussian(weight, {step: 1, deviation: 0.1});
	const {skipped, l1} = gnb.update({weight}, {weight: near}, {tokens: labels.length});
	const u = hutchinson.probe({weight: [weight.length]}, {step: 1, distribution: 'gaussian'});
	const {weight: diagonal}: {weight: Float32Array} = hutchinson.estimate(u, {weight});
	new SophiaH().attach({weight}).updateHessian({weight: diagonal});
	// @ts-expect-error an array has no columns of its own
	gnb.sampleLabels(logits, {step: 1});
	// @ts-expect-error B is what the estimate stands on
	gnb.update(weight, weight, {beta2: 0.9});
	// @ts-expect-error another step, another probe
	hutchinson.probe([3], {});
	// @ts-expect-error the probe has the tensors that were asked for
	hutchinson.estimate(u.bias, weight);
	return skipped ? integers.length : l1;
}

export function codes(error: unknown): ErrorCode | undefined {
	return error instanceof SophiaError ? error.code : undefined;
}

export function misuse(model: Gpt2, data: Dataset, report: StepReport, optimizer: SophiaG): void {
	// @ts-expect-error the batch size of Sophia is counted, never typed
	new SophiaG({bs: 480});
	// @ts-expect-error ρ belongs to Sophia
	new AdamW({rho: 0.1});
	// @ts-expect-error a form that does not exist
	new SophiaG({form: 'other'});
	// @ts-expect-error an option is a number or left out, not undefined
	new Lion({beta1: undefined});
	// @ts-expect-error optimizers are values
	optimizer.rho = 1;
	// @ts-expect-error an optimizer is one of the classes, not a name
	new Trainer({model, data, optimizer: 'adamw'});
	// @ts-expect-error a model is made by create or load
	new Gpt2({layers: 1});
	// @ts-expect-error a kind of schedule that does not exist
	new Trainer({model, data, optimizer, schedule: {kind: 'step'}});
	// @ts-expect-error a preset that does not exist
	preset('1.5b', 'adamw');
	// @ts-expect-error reports are read
	report.loss = 0;
	// @ts-expect-error a validation loss is there only at steps that evaluate
	Math.exp(report.validationLoss);
}

export function route(weight: Float32Array, bias: Float32Array): number {
	const state = new Muon().attach([
		{params: {weight}, shapes: {weight: [3, 2]}, outLast: true, parts: 2, adamw: {beta1: 0.8}},
		{params: [bias], role: 'vector', weightDecay: 0},
	]);
	state.setRates(1, {adamw: {learningRate: 1e-3}});
	// @ts-expect-error there is no such role
	new Muon().attach([{params: {weight}, role: 'weight'}]);
	// @ts-expect-error momentum does not change between steps
	state.setRates(0, {momentum: 0.9});
	// @ts-expect-error an option of AdamW
	new Muon({beta1: 0.9});
	const [{rule, matrices} = {rule: '', matrices: 0}] = state.routing;
	return rule === 'muon' ? matrices : state.bytesPerParameter + state.workspace;
}
