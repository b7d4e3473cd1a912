import {AdamW} from '../../../lib/optimizers/adamw';
import {optimizerFromJson, optimizerNames} from '../../../lib/optimizers/index';
import {Lion} from '../../../lib/optimizers/lion';
import {Mars} from '../../../lib/optimizers/mars';
import {Sgd} from '../../../lib/optimizers/sgd';
import {SophiaG} from '../../../lib/optimizers/sophiag';

describe('the optimizers by name', () => {
	test.each([
		new AdamW({learningRate: 1e-3, beta2: 0.9}),
		new Lion({decay: 'matrices'}),
		new Sgd({learningRate: 0.3, momentum: 0.8, nesterov: true}),
		new SophiaG({form: 'paper', rho: 0.1, curvature: {every: 3, clip: 1}}),
		new Mars({vectors: 'mars', adamw: {beta2: 0.9}}),
		...optimizerNames.map((name) => optimizerFromJson({name})),
	])('$name survives JSON', (optimizer) => {
		const again = optimizerFromJson(JSON.parse(JSON.stringify(optimizer)) as {name: string});
		expect(again.equals(optimizer)).toBe(true);
		expect(again.constructor).toBe(optimizer.constructor);
		expect(optimizerNames).toContain(optimizer.name);
	});

	test.each(optimizerNames)('%s is named as its class says', (name) => {
		expect(optimizerFromJson({name}).name).toBe(name);
	});

	test('an unknown name is rejected with the names that exist', () => {
		expect(() => optimizerFromJson({name: 'adam'})).toThrow(
			`Expected \`name\` to be one of ${optimizerNames.map((name) => `\`${name}\``).join(', ')}, got \`adam\``,
		);
	});
});
