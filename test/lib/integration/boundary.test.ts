import {join} from 'node:path';
import {makeConfig, nativeConfig} from '../../../lib/config';
import {cpu, cuda, devices} from '../../../lib/devices';
import {nativeCodes} from '../../../lib/errors';
import {native, type NativeGpt2Config} from '../../../lib/native';
import {optimizerFromJson, optimizerNames} from '../../../lib/optimizers/index';
import {routingOf} from '../../../lib/optimizers/routing';
import {Scion} from '../../../lib/optimizers/scion';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {trainerConfig} from '../../../lib/run';
import {makeTraining} from '../../../lib/training';
import {everyRole} from '../optimizers/tensors';
import {temporaryDirectory} from '../temporary';
import {makeData, shape} from './setup';

const directory = temporaryDirectory();

const without = (whole: object, key: string) =>
	Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as never;

/** What a constructor throws when one field of its configuration is missing. */
const refusal = (key: string) =>
	expect.objectContaining({
		code: 'ERR_SOPHIA_INVALID_ARGUMENT',
		message: expect.stringContaining(`\`${key}\``),
	}) as Error;

describe('the boundary, from both sides', () => {
	test('has the error codes that are documented', () => {
		expect(native().errorCodes).toEqual(nativeCodes);
	});

	test('has these names and no others', () => {
		const methods = (type: {prototype: object}) =>
			Object.getOwnPropertyNames(type.prototype)
				.filter((name) => name !== 'constructor')
				.sort();
		const values = [
			...['Device', 'Event', 'Gpt2', 'Memory', 'Optimizer', 'Trainer'],
			...['cpu', 'cuda', 'detach', 'errorCodes', 'optimizers', 'parametersOf', 'readCheckpoint'],
			...['requiredMemory', 'version'],
		];
		expect(Object.keys(native()).sort()).toEqual(values);
		expect(methods(native().Gpt2 as never)).toEqual(
			[
				...['dispose', 'evaluate', 'generate', 'initialize', 'load', 'memory', 'parameters', 'read', 'save', 'write'],
				...['drawExamples', 'drawProbe', 'gaussNewtonVectorProduct', 'gradient', 'hessianDiagonal'],
				...['hessianVectorProduct', 'releaseCurvature'],
			].sort(),
		);
		expect(methods(native().Trainer as never)).toEqual(['acknowledge', 'dispose', 'run', 'stop']);
	});

	test('has every optimizer, with the fields that it is given', () => {
		const forms = [new SophiaG({form: 'paper'}), new Scion({form: 'study'})];
		const all = [...optimizerNames.map((name) => optimizerFromJson({name})), ...forms];
		const rules = all.flatMap((optimizer) => [optimizer.rule, ...routingOf(optimizer, everyRole).rules]);
		const names = native().optimizers.map(({name}) => name);
		expect(new Set(rules.map(({direction}) => direction))).toEqual(new Set(names));
		for (const {direction, hyper} of rules) {
			const {fields} = native().optimizers.find(({name}) => name === direction) ?? {};
			expect(Object.keys(hyper).sort()).toEqual([...(fields ?? [])].sort());
		}
	});

	test('a model needs every field of its configuration', () => {
		const config: NativeGpt2Config = nativeConfig(makeConfig(shape), {});
		for (const key of Object.keys(config)) {
			expect(() => new (native().Gpt2)(without(config, key))).toThrow(refusal(key));
		}
	});

	test('a trainer needs every field of its configuration', async () => {
		const data = await makeData(directory());
		const model = makeConfig(shape);
		const training = makeTraining({}, 16);
		const plan = {model, dtype: 'float32', optimizer: new SophiaG(), data, training, resume: false} as const;
		const config = trainerConfig({...plan, directory: join(directory(), 'run')});
		const weights = new (native().Gpt2)(nativeConfig(model, {}));
		const make = (given: typeof config) => new (native().Trainer)(weights, given);
		expect(() => make(config)).not.toThrow();
		for (const key of Object.keys(config)) {
			expect(() => make(without(config, key))).toThrow(refusal(key));
		}
		weights.dispose();
	});

	test('knows the machine', () => {
		expect(cpu().isas).toContain(cpu().isa);
		expect(cpu().isas).toContain('baseline');
		expect(cpu().threads).toBeGreaterThan(0);
		expect(cuda().gpus.some(({usable}) => usable)).toBe(cuda().available);
		expect(cuda().available || cuda().reason !== '').toBe(true);
		expect(devices().map(({name}) => name)).toEqual(['cpu', cuda().gpus.length === 0 ? 'cuda' : 'cuda:0']);
	});
});
