import {makeConfig} from '../../../lib/config';
import {AdamMini} from '../../../lib/optimizers/adammini';
import {AdamW} from '../../../lib/optimizers/adamw';
import {Muon} from '../../../lib/optimizers/muon';
import {modelRouting, modelTensors, nativeChoice} from '../../../lib/optimizers/parameters';
import {Scion} from '../../../lib/optimizers/scion';
import {Soap} from '../../../lib/optimizers/soap';
import {gpt2Parameters, reset, state} from '../fake';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

beforeEach(() => {
	reset();
	state.parameters = gpt2Parameters();
});

const model = makeConfig({layers: 1, heads: 2, width: 4, context: 3, vocabulary: 5});

describe("GPT-2's parameters", () => {
	test('are (in, out), and q, k and v are matrices of their own, with heads', () => {
		const [wte, , gain, qkv, project] = modelTensors(model);
		expect(wte).toMatchObject({role: 'embedding', rows: 5, columns: 4, parts: 1, heads: 0});
		expect(gain).toMatchObject({role: 'vector', rows: 1, columns: 4});
		expect(qkv).toMatchObject({role: 'matrix', rows: 4, columns: 12, outLast: true, parts: 3, heads: 2});
		expect(project).toMatchObject({role: 'matrix', parts: 1, heads: 0});
	});

	test('need no routes where one rule moves all numbers alike', () => {
		const optimizer = new AdamW();
		expect(nativeChoice(optimizer, model)).toEqual({
			optimizer: 'adamw',
			hyper: optimizer.hyper(),
			others: [],
			routes: [],
		});
	});

	test('are moved by Muon where they are matrices, at rates that the schedule moves together', () => {
		const {optimizer, others, routes} = nativeChoice(
			new Muon({learningRate: 0.02, adamw: {learningRate: 0.005, weightDecay: 0.3}}),
			model,
		);
		expect(optimizer).toBe('muon');
		expect(others).toEqual([
			{optimizer: 'adamw', hyper: {beta1: 0.9, beta2: 0.95, epsilon: 1e-10}, rate: 0.25, weightDecay: 0.3},
		]);
		expect(routes.map(({rule}) => rule)).toEqual([1, 1, 1, 0, 0, 0, 0]);
		expect(routes.map(({parts}) => parts)).toEqual([1, 1, 1, 3, 1, 1, 1]);
	});

	test('share second moments in Adam-mini: by rows, heads and columns', () => {
		const {others, routes} = nativeChoice(new AdamMini({learningRate: 1e-3}), model);
		expect(others).toMatchObject([{optimizer: 'adamw', rate: 1, weightDecay: 0.1}]);
		expect(routes.map(({block}) => block)).toEqual([4, 4, 0, 0, 0, 0, 0]);
		const widths = routes.map((route) => [...route.widths]);
		expect(widths).toEqual([[], [], [], [2, 2, 1], [1], [1], [1]]);
		expect(routes.map(({rule}) => rule)).toEqual([0, 0, 1, 0, 0, 0, 0]);
	});

	test('are all of SOAP’s, which must know of q, k and v', () => {
		const {others, routes} = nativeChoice(new Soap(), model);
		expect(others).toEqual([]);
		expect(routes.map(({rule, parts}) => [rule, parts])).toContainEqual([0, 3]);
	});

	test('have the radii of the official Scion as parts of the rate of matrices', () => {
		const {others} = nativeChoice(new Scion(), model);
		expect(others).toEqual([
			{
				optimizer: 'lion',
				hyper: {beta1: 0.9, beta2: 0.9},
				rate: expect.closeTo(3000 / 4 / 50, 12),
				weightDecay: 4 / 3000,
			},
			{optimizer: 'rms-momentum', hyper: {beta1: 0.9, epsilon: 1e-8}, rate: expect.closeTo(1 / 50, 12), weightDecay: 1},
		]);
	});

	test('have a table of who moves them', () => {
		expect(modelRouting(new Muon(), model).slice(2, 4)).toEqual([
			{name: 'h.0.ln_1.weight', shape: '4', rule: 'adamw', matrices: 0, shared: '', numbers: 4},
			{name: 'h.0.attn.c_attn.weight', shape: '4×12', rule: 'muon', matrices: 3, shared: '', numbers: 48},
		]);
	});
});
