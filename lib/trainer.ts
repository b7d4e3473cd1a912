/** A training run. The loop is native and has its own thread; this class starts it, listens to it and stops it. */
import {resolve} from 'node:path';
import {boolean, knownKeys, object, string} from './check';
import {checkpointRun} from './checkpoint';
import type {Placement} from './config';
import {Dataset} from './dataset';
import {resolveDevice, type DeviceName} from './device';
import {claimDirectory, lastCheckpoint} from './directory';
import {AbortError, argumentError, SophiaError, throwIfAborted, wrap, wrapAsync} from './errors';
import {Gpt2, nativeOf} from './gpt2';
import {native, type NativeTrainer} from './native';
import {optimizerFromJson} from './optimizers/index';
import {Optimizer} from './optimizers/optimizer';
import {LineQueue} from './queue';
import {parseReport, type StepReport} from './report';
import {trainerConfig} from './run';
import {makeTraining, type Training, type TrainingOptions} from './training';

export interface TrainerOptions extends TrainingOptions {
	/** The model that is trained, in place. */
	readonly model: Gpt2;
	readonly optimizer: Optimizer;
	readonly data: Dataset;
	/** Where to train; it must be where the model is. @default the model's */
	readonly device?: DeviceName;
	/** Where `metrics.jsonl` and the checkpoints go. @default '', which writes nothing */
	readonly directory?: string;
	/** Continue from the directory's `last.safetensors`, weights included, bit for bit. @default false */
	readonly resume?: boolean;
}

export interface RunOptions {
	/** Stops the run after the step in progress; a checkpoint is written. */
	readonly signal?: AbortSignal;
}

/** What may differ from the run that is resumed: the device, where the data is, and how training goes on. */
export interface ResumeOptions extends TrainingOptions, Placement {
	readonly data?: Dataset;
}

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
	readonly model: Gpt2;
	readonly optimizer: Optimizer;
	readonly data: Dataset;
	readonly training: Training;
	readonly directory: string;
	readonly #native: NativeTrainer;
	#owned: Gpt2 | undefined;
	#running = false;
	#disposed = false;

	/**
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown, for data that
	does not fit the model, for a directory that already has a run when `resume` is not set, and for one that has a run
	of another model when it is.
	@throws SophiaError `ERR_SOPHIA_OUT_OF_MEMORY`, `ERR_SOPHIA_DEVICE`, `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_IO`,
	`ERR_SOPHIA_FORMAT`.
	*/
	constructor(options: TrainerOptions) {
		object('options', options);
		const {model, optimizer, data, device, directory = '', resume = false, ...training} = options;
		demandInstance('model', model, model instanceof Gpt2, 'a Gpt2');
		demandInstance('optimizer', optimizer, optimizer instanceof Optimizer, 'an Optimizer');
		demandInstance('data', data, data instanceof Dataset, 'a Dataset');
		this.model = model;
		this.optimizer = optimizer;
		this.data = data;
		this.training = makeTraining(training, model.config.context);
		this.directory = directory === '' ? '' : resolve(string('directory', directory));
		checkDevice(device, model);
		const {config: shape} = model;
		const plan = {model: shape, optimizer, data, training: this.training, directory: this.directory, resume};
		const config = trainerConfig(plan);
		const weights = nativeOf(model);
		claimDirectory(this.directory, boolean('resume', resume), shape);
		this.#native = wrap(() => new (native().Trainer)(weights, config));
	}

	/**
	The run of a directory, to be continued from its newest checkpoint: model, optimizer and data are made again as they
	were. The continued run equals one that was never interrupted, bit for bit, unless the options say otherwise. The
	trainer owns the model and disposes of it.

	@throws SophiaError `ERR_SOPHIA_IO` when there is no checkpoint, `ERR_SOPHIA_FORMAT` when it is damaged.
	*/
	static async resume(directory: string, options: ResumeOptions = {}): Promise<Trainer> {
		const {data, device = 'auto', threads = 0, isa = '', ...changes} = object('options', options) as ResumeOptions;
		const checkpoint = lastCheckpoint(string('directory', directory));
		const run = checkpointRun(checkpoint);
		const optimizer = optimizerFromJson(run.optimizer);
		const shards = data ?? new Dataset(run.data);
		const model = await Gpt2.load(checkpoint, {device, threads, isa});
		try {
			const training = {...run.training, ...changes};
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
	holds it back and reports do not pile up. Leaving the loop ends the run after the step in progress, with a checkpoint; so does
	the signal, with an error.

	@throws SophiaError `ABORT_ERR` when the signal stopped the run, or had already been aborted, in which case nothing
	happens at all; `ERR_SOPHIA_DIVERGED`, `ERR_SOPHIA_IO`; `ERR_SOPHIA_BUSY` when the trainer is running already;
	`ERR_SOPHIA_DISPOSED`.
	*/
	async *run(options: RunOptions = {}): AsyncGenerator<StepReport, void, void> {
		knownKeys(object('options', options), ['signal']);
		const {signal} = options;
		throwIfAborted(signal);
		this.#begin();
		const stop = () => this.#native.stop();
		signal?.addEventListener('abort', stop, {once: true});
		const lines = new LineQueue();
		const ended = wrapAsync(() => this.#native.run((line) => lines.push(line))).finally(() => lines.end());
		ended.catch(() => undefined);
		let last = 0;
		try {
			for await (const line of lines) {
				const report = parseReport(line);
				last = report.step;
				yield report;
				this.#native.acknowledge();
			}
		} finally {
			signal?.removeEventListener('abort', stop);
			await this.#end(ended);
		}
		if (signal?.aborted && last < this.training.steps) {
			throw new AbortError(signal);
		}
	}

	/** Frees the memory, after the step in progress if there is one. A second call does nothing. */
	dispose(): void {
		if (!this.#disposed) {
			this.#disposed = true;
			if (this.#running) {
				this.#native.stop();
			} else {
				this.#free();
			}
		}
	}

	[Symbol.dispose](): void {
		this.dispose();
	}

	#begin(): void {
		if (this.#disposed) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The trainer was disposed');
		}
		if (this.#running) {
			throw new SophiaError('ERR_SOPHIA_BUSY', 'The trainer is running already');
		}
		this.#running = true;
	}

	async #end(ended: Promise<void>): Promise<void> {
		this.#native.stop();
		try {
			await ended;
		} finally {
			this.#running = false;
			if (this.#disposed) {
				this.#free();
			}
		}
	}

	#free(): void {
		this.#native.dispose();
		this.#owned?.dispose();
	}
}

function demandInstance(name: string, value: unknown, holds: boolean, type: string): void {
	if (!holds) {
		throw argumentError('type', `Expected \`${name}\` to be ${type}, got \`${String(value)}\``);
	}
}

function checkDevice(device: DeviceName | undefined, model: Gpt2): void {
	if (device !== undefined && device !== 'auto' && resolveDevice(device) !== model.device) {
		throw argumentError('range', `Expected \`device\` to be the model's, \`${model.device}\`, got \`${device}\``);
	}
}
