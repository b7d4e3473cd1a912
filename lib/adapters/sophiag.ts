/** Sophia-G for tfjs. */
import {callable, object, positive, withDefaults} from '../check';
import {argumentError} from '../errors';
import type {HessianOutcome} from '../optimizers/outcome';
import {SophiaG} from '../optimizers/sophiag';
import {drawClasses, oneHot} from './labels';
import {copyOf} from './memory';
import type {NativeClass} from './optimizer';
import {refreshOptions, sophiaOptimizer} from './sophia';
import type {RefreshOptions, SampledLossOptions, Sophia, SophiaGMembers, SophiaKind} from './sophia';
import type {TensorFlow, TfTensor, TfVariable} from './tensorflow';

export const sophiaGKind: SophiaKind = {
	className: 'SophiaG',
	make: (options) => new SophiaG(options),
	draws: true,
	refresh(optimizer, watch, loss, varList) {
		const gradients = watch.sampled(optimizer.iterations, () => optimizer.gradientsOf(loss, varList));
		optimizer.adapter.refresh(gradients, watch.predictions);
	},
};

const sampledDefaults = {
	tokens: undefined as number | undefined,
	varList: undefined as readonly TfVariable[] | undefined,
};

/** The class, with the estimate of Gauss, Newton and Bartlett: the square of a gradient at sampled labels. */
export function sophiaGOptimizer(tf: TensorFlow): NativeClass<Sophia & SophiaGMembers> {
	return class extends sophiaOptimizer(tf, sophiaGKind) implements SophiaGMembers {
		updateHessian(loss: () => TfTensor, options: SampledLossOptions): HessianOutcome {
			const {tokens, varList} = withDefaults(object('options', options), sampledDefaults);
			const predictions = positive('tokens', tokens);
			return this.adapter.refresh(this.gradientsOf(loss, varList), predictions);
		}

		updateHessianFromLogits(logits: () => TfTensor, options: RefreshOptions = {}): HessianOutcome {
			const {draw, varList} = refreshOptions(options, this.iterations);
			callable('logits', logits);
			let predictions = 0;
			const loss = () => {
				const output = logits();
				const classes = classesOf(output);
				const labels = drawClasses(copyOf(output), classes, {...draw, number: 0});
				predictions = labels.length;
				const rows = tf.tensor(oneHot(labels, classes), output.shape, 'float32');
				return tf.losses.softmaxCrossEntropy(rows as never, output as never);
			};
			return this.adapter.refresh(this.gradientsOf(loss, varList), predictions);
		}
	};
}

/** @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for what has no rows of logits */
function classesOf({shape, size}: TfTensor): number {
	const classes = shape.at(-1);
	if (shape.length < 2 || classes === undefined || size === 0) {
		throw argumentError('range', `Expected \`logits\` to return (rows, classes), got the shape [${shape.join(', ')}]`);
	}
	return classes;
}
