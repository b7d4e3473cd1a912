/**
A run, in a process of its own with one thread: `node worker.js JOB DIRECTORY`, with the job as JSON and the directory of
the data. Its last line of output is what came of it. It ends when its input does: whoever waits for it is gone then.
*/
import {Dataset, Gpt2, optimizerFromJson, Trainer, type TrainingOptions} from 'sophia-native';
import {messageOf} from '#lib/errors';
import {candidateNamed} from '../candidates/index';
import {meanOf} from './cell';
import {curveParts, type Result} from './job';
import {stepsOf, type Job} from './regime';

/** Part of the steps after which a loss that is not below the first says that there is no going on. */
const patience = 0.2;
/** Digits of losses that are kept. */
const decimals = 6;
const rounded = (value: number) => Number(value.toFixed(decimals));

const inMilliseconds = (seconds: number) => Number(seconds.toFixed(3));

/** Trains, and measures the loss after the last step. Only divergence ends a run before it. */
export async function train(job: Job, directory: string): Promise<Result> {
	const {regime, optimizer, settings, seed} = job;
	const data = Dataset.open(directory);
	const shape = {...regime.shape, context: regime.length, vocabulary: regime.vocabulary};
	using model = await Gpt2.create(shape, {device: 'cpu', threads: 1, seed});
	const json = candidateNamed(optimizer).optimizer(settings);
	using trainer = new Trainer({model, data, optimizer: optimizerFromJson(json), ...courseOf(job)});
	const course = new Course(stepsOf(regime), job.steps !== undefined);
	const begin = process.cpuUsage();
	let own = 0;
	for await (const {step, loss, winRate, milliseconds} of trainer.run()) {
		own += (milliseconds.step + milliseconds.curvature) / 1e3;
		if (!course.add(loss, winRate) || step === job.steps) {
			break;
		}
	}
	const {user, system} = process.cpuUsage(begin);
	const times = {seconds: inMilliseconds((user + system) / 1e6), own: inMilliseconds(own)};
	const isWhole = !course.diverged && course.losses.length === stepsOf(regime);
	const {loss} = isWhole ? await model.evaluate(data, {batch: regime.batch, batches: 0}) : {loss: NaN};
	const winRates = course.winRate > 0 ? {winRate: rounded(course.winRate)} : {};
	const losses = job.steps === undefined ? {} : {losses: course.losses.map(rounded), state: model.memory().optimizer};
	return {
		loss: Number.isFinite(loss) ? rounded(loss) : null,
		curve: course.curve().map(rounded),
		...times,
		...winRates,
		...losses,
	};
}

/** The course of everybody: a warm-up, then a cosine that ends at 0, without evaluations on the way. */
function courseOf({regime, settings: {warmup, clip}, seed}: Job): TrainingOptions {
	const steps = stepsOf(regime);
	return {
		steps,
		batch: regime.batch,
		length: regime.length,
		clip,
		seed,
		schedule: {kind: 'cosine', warmup: Math.round(warmup * steps), finalRatio: 0},
		evaluation: {every: 0},
		divergedAfter: 0,
	};
}

/** The losses of the steps as they come. */
class Course {
	readonly losses: number[] = [];
	winRate = 0;
	diverged = false;

	/** @param isShort whether only its first steps are taken, which say nothing about the end */
	constructor(
		readonly steps: number,
		readonly isShort: boolean,
	) {}

	/** @returns whether to go on */
	add(loss: number, winRate: number): boolean {
		this.losses.push(loss);
		this.winRate = winRate;
		this.diverged ||= !Number.isFinite(loss);
		const done = this.losses.length;
		const width = Math.ceil(this.steps / curveParts);
		if (!this.isShort && done >= patience * this.steps && done > width && done % width === 0) {
			this.diverged ||= !(meanOf(this.losses.slice(-width)) < Number(this.losses[0]));
		}
		return !this.diverged;
	}

	/** A part that was not reached is not there; parts end where steps are whole. */
	curve(): number[] {
		const end = (part: number) => Math.round((part * this.steps) / curveParts);
		return Array.from({length: curveParts}, (_, part) => this.losses.slice(end(part), end(part + 1)))
			.filter((losses, part) => losses.length > 0 && losses.length === end(part + 1) - end(part))
			.map(meanOf)
			.filter(Number.isFinite);
	}
}

/** Whoever started it holds the other end of its input, and lets go of it in every way to die. */
function endWithInput(): void {
	const abandoned = () => process.exit(1);
	process.stdin.on('end', abandoned).on('error', abandoned).resume();
	if ('unref' in process.stdin) {
		process.stdin.unref(); // a run that is over is over
	}
}

if (require.main === module) {
	endWithInput();
	const [job = '', directory = ''] = process.argv.slice(2);
	train(JSON.parse(job) as Job, directory).then(
		(result) => console.log(JSON.stringify(result)),
		(error: unknown) => {
			process.stderr.write(`${messageOf(error)}\n`);
			process.exitCode = 1;
		},
	);
}
