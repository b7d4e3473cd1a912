import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {candidateNames, candidateNamed} from '../../../bench/candidates/index';
import {presetNamed, presetNames, presets} from '../../../bench/study/presets';
import {shapeOf} from '../../../bench/study/options';
import {parametersOf} from '../../../bench/study/regime';
import {readCertificate} from '../../../bench/study/certificate';
import {digestOf, lossOf} from '../../../bench/study/job';
import {Store} from '../../../bench/study/store';
import {carriedProblem, proofProblem} from '../../../bench/study/validity';
import {root} from '../../../bench/root';

test('presets are whole', () => {
	expect(presetNames).toEqual(['cpu-small']);
	for (const {optimizers, baselines, ratios, beyond, full, predicted, plan} of presets) {
		expect([...optimizers, ...baselines].filter((name) => !candidateNames.includes(name))).toEqual([]);
		expect(baselines.every((name) => candidateNamed(name).baseline)).toBe(true);
		expect(beyond).toBeGreaterThan(Math.max(...ratios));
		expect(full.filter((ratio) => !ratios.includes(ratio))).toEqual([]);
		const sizes = [plan.shape, shapeOf(predicted)].map(parametersOf);
		expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
	}
});

test('one that is not there is refused, with those that are', () => {
	expect(presetNamed('cpu-small').name).toBe('cpu-small');
	expect(() => presetNamed('gpu-large')).toThrow('Unknown preset `gpu-large`, expected one of cpu-small');
});

describe.each(presetNames)('the results of %s that are in the repository', (name) => {
	const folder = join(root, 'bench/results', name);
	const certificates = () =>
		readdirSync(join(folder, 'certificates')).map((file) => readCertificate(join(folder, 'certificates', file)));

	test('have certificates that their own points prove', () => {
		const all = certificates();
		expect(all.length).toBeGreaterThan(0);
		for (const certificate of all) {
			const others = all.filter(({optimizer}) => optimizer === certificate.optimizer);
			expect([certificate.optimizer, certificate.regime.ratio, proofProblem(certificate)]).toEqual([
				certificate.optimizer,
				certificate.regime.ratio,
				undefined,
			]);
			expect(carriedProblem(certificate, others)).toBeUndefined();
			expect(certificate.digest).toBe(digestOf(certificate.regime));
		}
	});

	test('have the run of every loss that certificates tell', () => {
		const store = new Store(join(folder, 'runs.jsonl'));
		expect(store.unreadable).toEqual([]);
		for (const {regime, optimizer, points} of certificates()) {
			for (const {settings, losses} of points) {
				for (const [seed, loss] of Object.entries(losses)) {
					const run = store.find({regime, optimizer, settings, seed: Number(seed)});
					expect(run && lossOf(run)).toBe(loss);
				}
			}
		}
	});
});
