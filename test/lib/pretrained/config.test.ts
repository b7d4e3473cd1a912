import {makeConfig} from '../../../lib/config';
import {fromConfigJson, toConfigJson} from '../../../lib/pretrained/config';
import {tinyConfig} from './files';

const shape = {layers: 2, heads: 2, width: 8, context: 6, vocabulary: 11};

/** The `config.json` of https://huggingface.co/openai-community/gpt2, without what concerns generation only. */
const gpt2 = {
	activation_function: 'gelu_new',
	architectures: ['GPT2LMHeadModel'],
	attn_pdrop: 0.1,
	bos_token_id: 50256,
	embd_pdrop: 0.1,
	eos_token_id: 50256,
	initializer_range: 0.02,
	layer_norm_epsilon: 1e-5,
	model_type: 'gpt2',
	n_ctx: 1024,
	n_embd: 768,
	n_head: 12,
	n_layer: 12,
	n_positions: 1024,
	resid_pdrop: 0.1,
	summary_activation: null,
	summary_use_proj: true,
	vocab_size: 50257,
};

describe('config.json', () => {
	test("of GPT-2 is GPT-2's shape, and so is one that says nothing", () => {
		const expected = {config: makeConfig({dropout: 0.1}), tied: true};
		expect(fromConfigJson(gpt2)).toEqual(expected);
		expect(fromConfigJson({model_type: 'gpt2'})).toEqual(expected);
	});

	test('says what a model is', () => {
		expect(fromConfigJson(tinyConfig).config).toEqual(makeConfig(shape));
		const other = {
			...tinyConfig,
			activation_function: 'gelu',
			scale_attn_by_inverse_layer_idx: true,
			n_inner: 32,
			tie_word_embeddings: false,
			embd_pdrop: 0.2,
			attn_pdrop: 0.2,
			resid_pdrop: 0.2,
			quantization_config: null,
		};
		const config = makeConfig({...shape, gelu: 'erf', scaleByLayer: true, dropout: 0.2});
		expect(fromConfigJson(other)).toEqual({config, tied: false});
		expect(fromConfigJson({...tinyConfig, activation_function: 'gelu_pytorch_tanh'}).config.gelu).toBe('tanh');
	});

	test('has three probabilities of dropout, over which another one stands', () => {
		const uneven = {...tinyConfig, attn_pdrop: 0.1};
		expect(() => fromConfigJson(uneven)).toThrow(
			'Expected `embd_pdrop`, `attn_pdrop`, `resid_pdrop` to be one probability, got 0, 0.1, 0: give `dropout` to decide',
		);
		expect(fromConfigJson(uneven, 0.3).config.dropout).toBe(0.3);
	});

	test.each<[string, unknown, string]>([
		['model_type', 'llama', 'Expected `model_type` to be one of `gpt2`, got `llama`'],
		['model_type', undefined, 'Expected `model_type` to be a string, got `undefined` (undefined)'],
		['model_type', ['gpt2'], 'Expected `model_type` to be a string'],
		['n_inner', 16, 'Expected `n_inner` to be 4 · n_embd, 32, got `16`: the MLP is four times as wide'],
		['n_inner', '32', 'Expected `n_inner` to be 4 · n_embd, 32'],
		['reorder_and_upcast_attn', true, 'Expected `reorder_and_upcast_attn` to be false, got `true`: attention has one'],
		['add_cross_attention', true, 'Expected `add_cross_attention` to be false, got `true`: there is no encoder'],
		['scale_attn_weights', false, 'Expected `scale_attn_weights` to be true, got `false`: attention scores are always'],
		['layer_norm_epsilon', 1e-6, 'Expected `layer_norm_epsilon` to be 0.00001, got `0.000001`: LayerNorm has the ε of'],
		['layer_norm_epsilon', '1e-5', 'Expected `layer_norm_epsilon` to be 0.00001, got `1e-5`'],
		['quantization_config', {bits: 4}, 'Expected `quantization_config` to be null, got `{ bits: 4 }`: weights are'],
		[
			'activation_function',
			'relu',
			'Expected `activation_function` to be one of `gelu_new`, `gelu_pytorch_tanh`, `gelu`',
		],
		['activation_function', null, 'Expected `activation_function` to be a string'],
		['activation_function', 'toString', 'Expected `activation_function` to be one of'],
		['n_layer', 0, 'Expected `n_layer` to be an integer in [1, 2147483647], got `0`'],
		['n_layer', 2.5, 'Expected `n_layer` to be an integer, got `2.5`'],
		['n_layer', '2', 'Expected `n_layer` to be an integer, got `2` (string)'],
		['n_layer', 1e999, 'Expected `n_layer` to be an integer, got `Infinity`'],
		['n_embd', -8, 'Expected `n_embd` to be an integer'],
		['n_embd', null, 'Expected `n_embd` to be an integer, got `null` (object)'],
		['n_head', 3, 'Expected `heads` to divide `width`, got 3 heads and width 8'],
		['n_head', true, 'Expected `n_head` to be an integer'],
		['n_positions', {}, 'Expected `n_positions` to be an integer'],
		['vocab_size', 2 ** 31, 'Expected `vocab_size` to be an integer in [1, 2147483647]'],
		['embd_pdrop', 1, 'Expected `embd_pdrop` to be in [0, 1), got `1`'],
		['attn_pdrop', '0', 'Expected `attn_pdrop` to be a number'],
		['scale_attn_by_inverse_layer_idx', 1, 'Expected `scale_attn_by_inverse_layer_idx` to be a boolean'],
		['tie_word_embeddings', 'no', 'Expected `tie_word_embeddings` to be a boolean'],
	])('with %s of %j is refused, with the reason', (name, value, message) => {
		const read = () => fromConfigJson({...tinyConfig, [name]: value});
		expect(read).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
		expect(read).toThrow(message);
	});

	test('of a model is read back as the same, and says everything that transformers would otherwise decide', () => {
		for (const changes of [{}, {gelu: 'erf', scaleByLayer: true, dropout: 0.25}] as const) {
			const config = makeConfig({...shape, ...changes});
			expect(fromConfigJson(toConfigJson(config))).toEqual({config, tied: true});
		}
		expect(toConfigJson(makeConfig({dropout: 0.1}))).toMatchObject(
			Object.fromEntries(Object.entries(gpt2).filter(([name]) => !name.startsWith('summary'))),
		);
		expect(toConfigJson(makeConfig(shape))).toMatchObject({bos_token_id: null, eos_token_id: null});
		expect(fromConfigJson(toConfigJson(makeConfig({...shape, bias: false}))).config.bias).toBe(true);
	});
});
