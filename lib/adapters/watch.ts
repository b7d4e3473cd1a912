/** A compiled model of tfjs whose loss can be taken at labels drawn from the model. */
import {object} from '../check';
import {argumentError} from '../errors';
import {drawLabels, sampledLosses, type SampledLoss} from './labels';
import {copyOf} from './memory';
import type {TensorFlow, TfTensor} from './tensorflow';

type Loss = (target: TfTensor, prediction: TfTensor) => TfTensor;

/** A `tf.LayersModel` or `tf.Sequential` as `compile` leaves it. */
export interface CompiledModel {
	/** What it was compiled with. */
	readonly optimizer: object;
	/** A loss by its name, one for each output, or a function. */
	readonly loss: unknown;
}

/** What tfjs keeps in a model for its training function. */
interface Inner extends CompiledModel {
	readonly outputNames: readonly string[];
	lossFunctions: Loss[];
	metricsTensors: unknown[];
}

/**
The training function of a model calls the model's loss functions with targets and predictions. A watched model has others in
their place, which do the same, but for the time of `sampled`, when the targets are drawn from the predictions. So a
refresh needs nothing but the function that `minimize` was given: it looks at the batch of the step.
*/
export class Watch {
	readonly #model: Inner;
	/** The step that labels are drawn for, while they are. */
	#step: number | undefined;
	/** B of the outputs whose loss was taken. */
	#predictions: number[] = [];

	/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
	constructor(
		private readonly tf: TensorFlow,
		model: CompiledModel,
		/** Whether labels are drawn at all: Hutchinson's estimate wants the loss as it is. */
		private readonly draws: boolean,
		readonly seed: number,
	) {
		const {model: inner, lossFunctions} = object('model', model) as unknown as {model?: Inner; lossFunctions?: Loss[]};
		this.#model = lossFunctions === undefined && inner !== undefined ? inner : (model as Inner); // tf.Sequential
		if (!Array.isArray(this.#model.lossFunctions)) {
			throw argumentError('type', 'Expected `model` to be a compiled tf.LayersModel: call `compile` first');
		}
		if (this.draws) {
			const names = lossNames(this.#model);
			this.#model.lossFunctions = this.#model.lossFunctions.map((loss, i) => this.#replace(loss, names[i]));
		}
	}

	/** Calls `work` with the loss at drawn labels and without metrics, which would be reported twice. */
	sampled<T>(step: number, work: () => T): T {
		const {metricsTensors} = this.#model;
		this.#model.metricsTensors = [];
		this.#step = step;
		this.#predictions = [];
		try {
			return work();
		} finally {
			this.#step = undefined;
			this.#model.metricsTensors = metricsTensors;
		}
	}

	/** B of the loss that was taken last. @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` where none was, or B varies */
	get predictions(): number {
		const [first] = this.#predictions;
		if (first === undefined) {
			throw argumentError(
				'range',
				'Expected the loss of the model that is watched, got another: call `watch` after `compile`, for one model',
			);
		}
		if (this.#predictions.some((each) => each !== first)) {
			const got = this.#predictions.join(', ');
			throw argumentError('range', `Expected outputs of equally many predictions, got ${got}: use \`updateHessian\``);
		}
		return first;
	}

	#replace(loss: Loss, name: SampledLoss | undefined): Loss {
		return (target, prediction) => {
			if (this.#step === undefined || name === undefined) {
				return loss(target, prediction);
			}
			const draw = {seed: this.seed, step: this.#step, number: this.#predictions.length};
			const {values, shape, predictions} = drawLabels(name, copyOf(prediction), prediction.shape, draw);
			this.#predictions.push(predictions);
			return loss(this.tf.tensor(values, [...shape], 'float32'), prediction);
		};
	}
}

/** The names of the losses, one for each output. @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` for others */
function lossNames({loss, lossFunctions, outputNames}: Inner): SampledLoss[] {
	const given: readonly unknown[] =
		typeof loss === 'string' || typeof loss === 'function'
			? lossFunctions.map(() => loss)
			: Array.isArray(loss)
				? loss
				: outputNames.map((name) => (loss as Readonly<Record<string, unknown>>)[name]);
	const wrong = given.find((name) => !sampledLosses.includes(name as SampledLoss));
	if (wrong !== undefined || given.length === 0) {
		const came = typeof wrong === 'string' ? `\`${wrong}\`` : 'a function of your own';
		const known = sampledLosses.map((name) => `\`${name}\``).join(', ');
		throw argumentError(
			'type',
			`Expected a loss that labels can be drawn for (${known}), got ${came}: use \`updateHessian\``,
		);
	}
	return given as SampledLoss[];
}
