import {makeConfig} from '../../../lib/config';
import {nameTensors} from '../../../lib/pretrained/names';
import {tinyTensors, type Tensor} from './files';

const config = makeConfig({layers: 2, heads: 2, width: 8, context: 6, vocabulary: 11});
const stored = (tensors: readonly Tensor[]) =>
	tensors.map((tensor) => ({...tensor, path: 'f', version: '', position: 0}));
const names = (tensors: readonly Tensor[], shape = config) => nameTensors('d', stored(tensors), shape);
const tensor = (name: string, shape: number[], dtype = 'F32') => ({name, dtype, shape, data: new Uint8Array()});
const tensors = tinyTensors();
const rename = (from: RegExp, to: string) =>
	tensors.map(({name, ...rest}) => ({...rest, name: name.replace(from, to)}));
const without = (name: string) => tensors.filter((each) => each.name !== name);
const reshape = (name: string, shape: number[], dtype = 'F32') => [...without(name), tensor(name, shape, dtype)];

describe('the names of tensors', () => {
	test('are those of parameters, with the prefix and without', () => {
		const {parameters, head} = names(tensors);
		expect([...parameters.keys()].sort()).toEqual(tensors.map(({name}) => name).sort());
		expect(head).toBeUndefined();
		const prefixed = names([...rename(/^/, 'transformer.'), tensor('lm_head.weight', [11, 8])]);
		expect([...prefixed.parameters.keys()]).toEqual(tensors.map(({name}) => name));
		expect(prefixed.parameters.get('wte.weight')?.name).toBe('transformer.wte.weight');
		expect(prefixed.head?.name).toBe('lm_head.weight');
	});

	test('may be those of buffers, which are skipped, and `c_attn.bias` is none', () => {
		const buffers = [
			tensor('h.0.attn.bias', [1, 1, 6, 6], 'BOOL'),
			tensor('h.1.attn.bias', [1, 1, 6, 6], 'F32'),
			tensor('transformer.h.0.attn.masked_bias', [], 'F32'),
		];
		expect(names([...buffers, ...tensors]).parameters.size).toBe(tensors.length);
	});

	test.each<[string, Tensor[], string]>([
		['nothing', [], 'd`: Expected the tensors of 2 layers, got 0 tensors in all'],
		['one missing', without('h.1.ln_2.bias'), 'd`: Expected a tensor `h.1.ln_2.bias`, got 27 others'],
		['no biases', tensors.filter(({name}) => !name.endsWith('bias')), 'Expected a tensor `h.0.ln_1.bias`'],
		['one too many', [...tensors, tensor('score.weight', [2, 8])], 'a GPT-2 and no others, got `score.weight`'],
		['a third layer', [...tensors, tensor('h.2.ln_1.bias', [8])], 'no others, got `h.2.ln_1.bias`'],
		['another prefix', rename(/^/, 'model.'), 'Expected a tensor `wte.weight`'],
		['two prefixes', rename(/^/, 'transformer.transformer.'), 'Expected a tensor `wte.weight`'],
		[
			'both names',
			[...tensors, ...rename(/^/, 'transformer.').slice(0, 1)],
			'each tensor once, with `transformer.` or without, got `wte.weight` twice',
		],
		[
			'a matrix turned over',
			reshape('h.0.attn.c_attn.weight', [24, 8]),
			'`h.0.attn.c_attn.weight` to be 8×24, got 24×8',
		],
		['a flat matrix', reshape('h.0.attn.c_attn.weight', [192]), 'to be 8×24, got 192'],
		['a number', reshape('ln_f.bias', []), 'Expected `ln_f.bias` to be 8, got a number'],
		['too few positions', reshape('wpe.weight', [5, 8]), 'Expected `wpe.weight` to be 6×8, got 5×8'],
		['a larger vocabulary', reshape('wte.weight', [12, 8]), 'Expected `wte.weight` to be 11×8, got 12×8'],
		['whole numbers', reshape('ln_f.bias', [8], 'I32'), 'Expected `ln_f.bias` to be of F32, F16, BF16, got I32'],
		['doubles', reshape('ln_f.bias', [8], 'F64'), 'got F64'],
		['a name that a terminal obeys', [...tensors, tensor('\u001b[2J', [1])], "got `'\\x1B[2J'`"],
	])('of %s are refused', (_name, given, message) => {
		expect(() => names(given)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
		expect(() => names(given)).toThrow(message);
	});

	test('of a shape that is larger than the file are refused before anything of that size is made', () => {
		const huge = makeConfig({...config, layers: 2 ** 31 - 1, width: 2 ** 20});
		expect(() => names(tensors, huge)).toThrow('Expected the tensors of 2147483647 layers, got 28 tensors in all');
		const wide = makeConfig({...config, width: 2 ** 22});
		expect(() => names(tensors, wide)).toThrow('Expected `wte.weight` to be 11×4194304, got 11×8');
	});
});
