/**
`config.json` of a GPT-2, as transformers reads and writes it (`GPT2Config`), and the shape that it stands for. What it
may ask for and nothing here computes is refused, each with its reason.
*/
import {boolean, count, got, inRange, oneOf} from '../check';
import {makeConfig, type Gpt2Config} from '../config';
import {argumentError} from '../errors';
import {endOfText, gpt2} from '../tokenizer';
import type {Json} from './json';

/** What transformers takes where a file says nothing. */
const unsaid = {
	vocab_size: gpt2.vocabulary,
	n_positions: 1024,
	n_embd: 768,
	n_layer: 12,
	n_head: 12,
	n_inner: null as unknown,
	activation_function: 'gelu_new',
	embd_pdrop: 0.1,
	attn_pdrop: 0.1,
	resid_pdrop: 0.1,
	layer_norm_epsilon: 1e-5,
	scale_attn_weights: true,
	scale_attn_by_inverse_layer_idx: false,
	reorder_and_upcast_attn: false,
	add_cross_attention: false,
	tie_word_embeddings: true,
	quantization_config: null,
};

/** What has one value here, and why. */
const fixed: Readonly<Partial<Record<keyof typeof unsaid, string>>> = {
	layer_norm_epsilon: 'LayerNorm has the ε of GPT-2',
	scale_attn_weights: 'attention scores are always divided by √(n_embd / n_head)',
	reorder_and_upcast_attn: 'attention has one order of its products and always adds in float32',
	add_cross_attention: 'there is no encoder to attend to',
	quantization_config: 'weights are floating-point numbers',
};

/** GELU by the names that transformers gives to its two forms. */
const forms = {gelu_new: 'tanh', gelu_pytorch_tanh: 'tanh', gelu: 'erf'} as const;

const dropouts = ['embd_pdrop', 'attn_pdrop', 'resid_pdrop'] as const;

/** What `config.json` says of a model. */
export interface Described {
	readonly config: Gpt2Config;
	/** Whether the output head is the token embedding without being in the file. */
	readonly tied: boolean;
}

/**
The model of a `config.json`.

@param dropout stands over the probabilities of the file, of which there are three
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for what is no GPT-2, or one that is computed otherwise
*/
export function fromConfigJson(json: Json, dropout?: number): Described {
	oneOf('model_type', json.model_type, ['gpt2']);
	const says: Readonly<Record<keyof typeof unsaid, unknown>> = {...unsaid, ...json};
	for (const [name, reason] of Object.entries(fixed) as [keyof typeof unsaid, string][]) {
		if (says[name] !== unsaid[name]) {
			throw argumentError('range', `Expected \`${name}\` to be ${String(unsaid[name])}, ${got(says[name])}: ${reason}`);
		}
	}
	const width = count('n_embd', says.n_embd);
	checkInner(says.n_inner, width);
	const config = makeConfig({
		layers: count('n_layer', says.n_layer),
		heads: count('n_head', says.n_head),
		width,
		context: count('n_positions', says.n_positions),
		vocabulary: count('vocab_size', says.vocab_size),
		bias: true,
		scaleByLayer: boolean('scale_attn_by_inverse_layer_idx', says.scale_attn_by_inverse_layer_idx),
		gelu: forms[oneOf('activation_function', says.activation_function, ['gelu_new', 'gelu_pytorch_tanh', 'gelu'])],
		dropout: dropout ?? oneDropout(says),
	});
	return {config, tied: boolean('tie_word_embeddings', says.tie_word_embeddings)};
}

function checkInner(inner: unknown, width: number): void {
	if (inner !== null && inner !== 4 * width) {
		const reason = 'the MLP is four times as wide as the residual stream';
		throw argumentError('range', `Expected \`n_inner\` to be 4 · n_embd, ${4 * width}, ${got(inner)}: ${reason}`);
	}
}

function oneDropout(says: Readonly<Record<(typeof dropouts)[number], unknown>>): number {
	const [embedding = 0, ...others] = dropouts.map((name) => inRange(name, says[name], 0, 1));
	if (others.some((other) => other !== embedding)) {
		const all = `got ${[embedding, ...others].join(', ')}: give \`dropout\` to decide`;
		throw argumentError('range', `Expected \`${dropouts.join('`, `')}\` to be one probability, ${all}`);
	}
	return embedding;
}

/** The `config.json` of a model, in which nothing is left to a default. */
export function toConfigJson(config: Gpt2Config): Json {
	const end = config.vocabulary === gpt2.vocabulary ? endOfText : null;
	return {
		architectures: ['GPT2LMHeadModel'],
		model_type: 'gpt2',
		vocab_size: config.vocabulary,
		n_positions: config.context,
		n_ctx: config.context,
		n_embd: config.width,
		n_layer: config.layers,
		n_head: config.heads,
		n_inner: null,
		activation_function: config.gelu === 'tanh' ? 'gelu_new' : 'gelu',
		...Object.fromEntries(dropouts.map((name) => [name, config.dropout])),
		layer_norm_epsilon: unsaid.layer_norm_epsilon,
		initializer_range: 0.02,
		scale_attn_weights: unsaid.scale_attn_weights,
		scale_attn_by_inverse_layer_idx: config.scaleByLayer,
		reorder_and_upcast_attn: unsaid.reorder_and_upcast_attn,
		tie_word_embeddings: true,
		bos_token_id: end,
		eos_token_id: end,
		torch_dtype: 'float32',
		use_cache: true,
	};
}
