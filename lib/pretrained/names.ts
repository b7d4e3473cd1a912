/**
Which tensor is which parameter. Names and shapes of parameters are transformers' own; files put `transformer.` before
them or not, and carry what is no parameter: the causal mask of each block, and sometimes the head.
*/
import {got} from '../check';
import type {Gpt2Config} from '../config';
import {wrap, wrongFile} from '../errors';
import {native} from '../native';
import type {Parameter} from '../vector';
import {encodingOf, storedTensors, type StoredTensor} from './tensors';

/** The prefix of all names but the head's in what a GPT2LMHeadModel saves. */
export const prefix = 'transformer.';

const headName = 'lm_head.weight';

/** Older versions of transformers saved them. */
const buffer = /^h\.\d+\.attn\.(?:masked_)?bias$/;

/** The tensors of a model. */
export interface NamedTensors {
	/** Exactly the parameters, by their names. */
	readonly parameters: ReadonlyMap<string, StoredTensor>;
	/** The output head, where the file has one. */
	readonly head: StoredTensor | undefined;
}

/**
The tensors of a model of that shape, with nothing missing and nothing left over.

@param source what they are of, for the message
@throws SophiaError `ERR_SOPHIA_FORMAT`
*/
export function nameTensors(source: string, tensors: readonly StoredTensor[], config: Gpt2Config): NamedTensors {
	const named = withoutPrefix(tensors);
	const head = named.get(headName);
	named.delete(headName);
	// Not more of it than there is: the shape may be anybody's.
	if (config.layers > named.size) {
		throw wrongFile(source, `Expected the tensors of ${config.layers} layers, got ${named.size} tensors in all`);
	}
	const wanted = wrap(() => native().parametersOf(config));
	const missing = wanted.find(({name}) => !named.has(name));
	if (missing !== undefined) {
		throw wrongFile(source, `Expected a tensor \`${missing.name}\`, got ${named.size} others`);
	}
	const known = new Map(wanted.map((parameter) => [parameter.name, parameter]));
	for (const [name, tensor] of named) {
		checkTensor(tensor, known.get(name));
	}
	return {parameters: named, head};
}

/** The parameters in a checkpoint of a model of that shape; see `nameTensors`. */
export function checkpointTensors(path: string, config: Gpt2Config): NamedTensors {
	const parameters = storedTensors(path).filter(({name}) => !name.startsWith('optimizer.'));
	return nameTensors(path, parameters, config);
}

function withoutPrefix(tensors: readonly StoredTensor[]): Map<string, StoredTensor> {
	const named = new Map<string, StoredTensor>();
	for (const tensor of tensors) {
		const name = tensor.name.startsWith(prefix) ? tensor.name.slice(prefix.length) : tensor.name;
		if (!buffer.test(name)) {
			if (named.has(name)) {
				throw wrongFile(tensor.path, `Expected each tensor once, with \`${prefix}\` or without, ${got(name)} twice`);
			}
			named.set(name, tensor);
		}
	}
	return named;
}

function checkTensor(tensor: StoredTensor, wanted: Parameter | undefined): void {
	const {path, name, shape} = tensor;
	if (wanted === undefined) {
		throw wrongFile(path, `Expected the tensors of a GPT-2 and no others, ${got(name)}`);
	}
	if (String(shape) !== String(wanted.shape)) {
		throw wrongFile(path, `Expected \`${name}\` to be ${sizes(wanted.shape)}, got ${sizes(shape)}`);
	}
	encodingOf(tensor);
}

const sizes = (shape: readonly number[]) => (shape.length === 0 ? 'a number' : shape.join('×'));
