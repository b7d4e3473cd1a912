/** A training run. The loop is native and has its own thread; this class starts it, listens to it and stops it. */
import {resolve} from 'node:path';
import * as check from './check';
import {checkpointRun} from './checkpoint';
import {placementKeys, type Placement} from './config';
import {Dataset} from './dataset';
import {nameOf, resolveDevice, type DeviceName} from './devices';
import {claimDirectory, lastCheckpoint} from './directory';
import {AbortError, argumentError, SophiaError, throwIfAborted, wrap, wrapAsync} from './errors';
import {Gpt2, nativeOf} from './gpt2';
import {merge} from './merge';
import {native, type NativeTrainer} from './native';
import {optimizerFromJson} from './optimizers/index';
import {Optimizer} from './optimizers/optimizer';
import {modelRouting} from './optimizers/parameters';
import type {RoutingRow} from './optimizers/table';
import {LineQueue} from './queue';
import {parseReport, type StepReport} from './metrics';
import {trainerConfig} from './run';
import {makeTraining, trainingDefaults, type Training, type TrainingOptions} from './training';

/** All of a run: what is trained, by what, on what, how, and where it is written. */
export interface TrainerOptions extends TrainingOptions {
	/** The model that is trained, in place. */
	readonly model: Gpt2;
	/** What moves the weights. */
	readonly optimizer: Optimizer;
	/** What it is trained and measured on. */
	readonly data: Dataset;
	/** Where to train; it must be where the model is. @default the model's */
	readonly device?: DeviceName;
	/** Where `metrics.jsonl` and the checkpoints go. @default '', which writes nothing */
	readonly directory?: string;
	/** Continue from the directory's `last.safetensors`, weights included, bit for bit. @default false */
	readonly resume?: boolean;
}

/** How a run may be stopped. */
export interface RunOptions {
	/** Stops the run after the step in progress; a checkpoint is written. */
	readonly signal?: AbortSignal;
}

/** What may differ from the run that is resumed: the device, where the data is, and how training goes on. */
export interface ResumeOptions extends TrainingOptions, Placement {
	/** The same tokens in another place. @default the shards that the run was trained on */
	readonly data?: Dataset;
}

const resumeKeys = ['data', ...placementKeys, ...Object.keys(trainingDefaults)];

/**
A training run over a model, an optimizer and a dataset.

@example
```
using model = await Gpt2.create({layers: 4, heads: 4, width: 128, context: 256, vocabulary: 256});
using trainer = new Trainer({model, optimizer: new SophiaG(), data: Dataset.open('data'), directory: 'run'});
for await (const {step, loss} of trainer.run()) {
	console.log(step, loss);
}
```
*/
export class Trainer implements Disposable {
	/** The model that is trained, in place. */
	readonly model: Gpt2;
	/** What moves the weights. */
	readonly optimizer: Optimizer;
	/** What it is trained and measured on. */
	readonly data: Dataset;
	/** How it is trained, with every number decided. */
	readonly training: Training;
	/** Where metrics and checkpoints go: an absolute path, or empty for nowhere. */
	readonly directory: string;
	readonly #native: NativeTrainer;
	#owned: Gpt2 | undefined;
	/** The native run, from its first step until its last report was handed over. */
	#ended: Promise<void> | undefined;
	#disposed = false;

	/**
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown, for data that
	does not fit the model, for a directory that already has a run when `resume` is not set, and for one that has a run
	of another model when it is.
	@throws SophiaError `ERR_SOPHIA_OUT_OF_MEMORY`, `ERR_SOPHIA_DEVICE`, `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_IO`,
	`ERR_SOPHIA_FORMAT`.
	*/
	constructor(options: TrainerOptions) {
		check.object('options', options);
		const {model, optimizer, data, device, directory = '', resume = false, ...training} = options;
		this.model = check.instance('model', model, Gpt2, 'a Gpt2');
		this.optimizer = check.instance('optimizer', optimizer, Optimizer, 'an Optimizer');
		this.data = check.instance('data', data, Dataset, 'a Dataset');
		this.training = makeTraining(training, model.config.context);
		this.directory = directory === '' ? '' : resolve(check.path('directory', directory));
		checkDevice(device, model);
		const {config: shape} = model;
		const {training: course, directory: place} = this;
		const plan = {model: shape, dtype: model.dtype, optimizer, data, training: course, directory: place, resume};
		const config = trainerConfig(plan);
		const weights = nativeOf(model);
		claimDirectory(this.directory, check.boolean('resume', resume), plan);
		this.#native = wrap(() => new (native().Trainer)(weights, config));
	}

	/**
	The run of a directory, to be continued from its newest checkpoint: model, optimizer and data are made again as they
	were. The continued run equals one that was never interrupted, bit for bit, unless the options say otherwise. The
	trainer owns the model and disposes of it.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
	@throws SophiaError `ERR_SOPHIA_IO` when there is no checkpoint, `ERR_SOPHIA_FORMAT` when it is damaged.
	*/
	static async resume(directory: string, options: ResumeOptions = {}): Promise<Trainer> {
		check.knownKeys(check.object('options', options), resumeKeys);
		const {data, device, threads, isa, recompute, dtype, ...changes} = options;
		const checkpoint = lastCheckpoint(check.path('directory', directory));
		const run = checkpointRun(checkpoint);
		const optimizer = optimizerFromJson(run.optimizer);
		const shards = data === undefined ? new Dataset(run.data) : check.instance('data', data, Dataset, 'a Dataset');
		const placement = merge<Placement>({dtype: run.dtype ?? 'float32'}, {device, threads, isa, recompute, dtype});
		const model = await Gpt2.load(checkpoint, placement);
		try {
			const training = merge(run.training, changes);
			const trainer = new Trainer({...training, model, optimizer, data: shards, directory, resume: true});
			trainer.#owned = model;
			return trainer;
		} catch (error) {
			model.dispose();
			throw error;
		}
	}

	/**
	Trains, and reports each step once it is done. The run is at most two steps ahead of its listener, so that a slow one
	holds it back and reports do not pile up. Leaving the loop ends the run after the step in progress, with a checkpoint;
	so does the signal, with an error. The call itself throws what can be known before the first step.

	@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` for a signal that is none, or an unknown option.
	@throws SophiaError `ABORT_ERR` when the signal stopped the run, or had already been aborted, in which case nothing
	happens at all; `ERR_SOPHIA_DIVERGED`, `ERR_SOPHIA_IO`; `ERR_SOPHIA_BUSY` when the trainer is running already;
	`ERR_SOPHIA_DISPOSED`.
	*/
	run(options: RunOptions = {}): AsyncGenerator<StepReport, void, void> {
		check.knownKeys(check.object('options', options), ['signal']);
		const signal = check.signal('signal', options.signal);
		this.#checkReady(signal);
		return this.#reports(signal);
	}

	/** What moves which parameter: `console.table(trainer.routing)` prints it. */
	get routing(): readonly RoutingRow[] {
		return modelRouting(this.optimizer, this.model.config);
	}

	/** Frees the memory, after the step in progress if there is one. A second call does nothing. */
	dispose(): void {
		if (!this.#disposed) {
			this.#disposed = true;
			if (this.#ended === undefined) {
				this.#free();
			} else {
				// Nobody may ask for the next report any more, so that the end of the loop is not waited for.
				this.#native.stop();
				void this.#ended.catch(() => undefined).then(() => this.#free());
			}
		}
	}

	/** As `dispose`: `using` calls it at the end of its block. */
	[Symbol.dispose](): void {
		this.dispose();
	}

	async *#reports(signal: AbortSignal | undefined): AsyncGenerator<StepReport, void, void> {
		this.#checkReady(signal); // once more: the first report may be asked for long after `run` was called
		const lines = new LineQueue();
		const stop = () => this.#native.stop();
		let last = 0;
		try {
			this.#ended = wrapAsync(() => this.#native.run((line) => lines.push(line))).finally(() => lines.end());
			this.#ended.catch(() => undefined);
			signal?.addEventListener('abort', stop, {once: true});
			for await (const line of lines) {
				const report = parseReport(line);
				last = report.step;
				yield report;
				this.#native.acknowledge();
			}
		} finally {
			signal?.removeEventListener('abort', stop);
			await this.#end();
		}
		if (signal?.aborted && last < this.training.steps) {
			throw new AbortError(signal);
		}
	}

	#checkReady(signal: AbortSignal | undefined): void {
		if (this.#disposed) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The trainer was disposed');
		}
		if (this.#ended !== undefined) {
			throw new SophiaError('ERR_SOPHIA_BUSY', 'The trainer is running already');
		}
		throwIfAborted(signal);
	}

	async #end(): Promise<void> {
		this.#native.stop();
		try {
			await this.#ended;
		} finally {
			this.#ended = undefined;
		}
	}

	#free(): void {
		this.#native.dispose();
		this.#owned?.dispose();
	}
}

function checkDevice(device: DeviceName | undefined, model: Gpt2): void {
	const where = device === undefined || device === 'auto' ? model.device : nameOf(resolveDevice(device));
	if (where !== model.device) {
		throw argumentError('range', `Expected \`device\` to be the model's, \`${model.device}\`, got \`${where}\``);
	}
}
