/** Training steps, as the trainer takes them. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {Dataset, Gpt2, Trainer, type Optimizer, type StepReport} from 'sophia-native';
import type {Answer, Case, Work} from '../protocol';
import {makeOptimizer} from './make';

/** Steps before those that are timed, as everybody has one; the first of all takes memory. */
const warm = 1;

/** A case of training; a turn is a run of its own over the same model. */
export async function step(of: Case): Promise<Work> {
	const shape = {
		layers: Number(of.layers),
		heads: Number(of.heads),
		width: Number(of.width),
		vocabulary: Number(of.vocabulary),
		context: Number(of.length),
	};
	const placement = {device: 'cpu', threads: Number(of.threads), dtype: of.dtype} as const;
	const model = await Gpt2.create(shape, {...placement, seed: 1} as Parameters<typeof Gpt2.create>[1]);
	const run = new Run(model, optimizerOf(of), await text(String(of.folder)), of);
	const {seconds, count, report} = await run.take(1);
	let each = seconds / count;
	return {
		facts: {
			loss: report.loss,
			parameters: model.parameters().reduce((sum, {shape: sizes}) => sum + sizes.reduce((a, b) => a * b, 1), 0),
			operations: run.tokens * operationsOf(report, of),
		},
		async turn(wanted): Promise<Answer> {
			const taken = await run.take(Math.max(1, Math.ceil(wanted / each)));
			each = taken.seconds / taken.count;
			return {seconds: taken.seconds, count: taken.count, own: taken.own};
		},
		dispose: () => model.dispose(),
	};
}

/**
Of a token, as a causal model needs them: metrics count the whole square of attention, 12·L·C·T with the L layers of width
C and the T positions (Palm's count, Chowdhery et al. 2022), of which the half below the diagonal is needed. What a
backward pass computes once more is not counted.
*/
function operationsOf({flops, tokensPerSecond}: StepReport, {layers, width, length}: Case): number {
	return flops / tokensPerSecond - 6 * Number(layers) * Number(width) * Number(length);
}

/** Runs over one model. */
class Run {
	/** Of a step. */
	readonly tokens: number;
	/** Whole cycles of the optimizer are timed, so that each has its share of refreshes. */
	readonly #cycle: number;

	constructor(
		readonly model: Gpt2,
		readonly optimizer: Optimizer,
		readonly data: Dataset,
		readonly of: Case,
	) {
		this.tokens = Number(of.batch) * Number(of.length);
		this.#cycle = Number(of.cycle ?? 1);
	}

	/** Takes at least so many steps, as seen from here. */
	async take(wanted: number): Promise<{seconds: number; own: number; count: number; report: StepReport}> {
		const {model, optimizer, data, of} = this;
		const count = Math.ceil(wanted / this.#cycle) * this.#cycle;
		const course = {steps: warm + count, batch: Number(of.batch), length: Number(of.length), evaluation: {every: 0}};
		using trainer = new Trainer({model, optimizer, data, ...course});
		let begin = 0;
		let end = 0;
		let own = 0;
		let report = {} as StepReport;
		for await (const each of trainer.run()) {
			end = performance.now();
			report = each;
			if (each.step === warm) {
				begin = end;
			} else {
				own += each.milliseconds.step + each.milliseconds.curvature;
			}
		}
		return {seconds: (end - begin) / 1e3, own: own / 1e3, count, report};
	}
}

/** Tokens to train on; the folder is the coordinator's. */
async function text(folder: string): Promise<Dataset> {
	const directory = join(folder, 'text');
	const words = 'It is the curvature that tells how far a step may go. '.repeat(4000);
	return existsSync(join(directory, 'dataset.json'))
		? Dataset.open(directory)
		: Dataset.prepare({text: words, directory});
}

function optimizerOf(of: Case): Optimizer {
	const {optimizer, timing = 'after', fraction = 1, cycle = 10} = of;
	const isSophia = optimizer === 'sophia-g' || optimizer === 'sophia-h';
	return makeOptimizer(of, isSophia ? {curvature: {every: Number(cycle), timing, fraction: Number(fraction)}} : {});
}
