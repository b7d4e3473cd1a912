import type {Cell} from '../../../bench/study/cell';
import {jointFits, type JointFit, type NoFit} from '../../../bench/study/joint';
import {constantly, plant, sample} from './planted';

const fitted = (fit: JointFit | NoFit | undefined): JointFit => {
	if (fit === undefined || !('efficiencies' in fit)) {
		throw new Error(`Expected a fit, got ${JSON.stringify(fit)}`);
	}
	return fit;
};
const published = (losses: Readonly<Record<string, readonly number[]>>): Cell[] =>
	Object.entries(losses).flatMap(([optimizer, each]) =>
		each.map((loss, i) => ({optimizer, parameters: 1e8, tokens: 2e9 * 2 ** i, ratio: 2 ** i, losses: sample(loss)})),
	);
const rhos = (fit: JointFit) => Object.fromEntries(fit.efficiencies.map((each) => [each.optimizer, each.rho.value]));

// Losses of arXiv 2509.02046; the efficiencies were computed from them elsewhere, with SciPy.
test('the published losses at 130 M have the efficiencies that were found elsewhere', () => {
	const fit = fitted(
		jointFits(
			published({
				adamw: [3.529, 3.408, 3.322, 3.261],
				muon: [3.463, 3.369, 3.295, 3.238],
				soap: [3.482, 3.374, 3.294, 3.238],
				scion: [3.474, 3.378, 3.302, 3.245],
				kron: [3.491, 3.389, 3.303, 3.239],
				lion: [3.549, 3.409, 3.329, 3.251],
				sophia: [3.544, 3.414, 3.328, 3.259],
				mini: [3.542, 3.415, 3.329, 3.264],
			}),
			'adamw',
			{resamples: 3},
		)[0],
	);
	const expected = {muon: 1.37, soap: 1.29, scion: 1.28, kron: 1.2, lion: 0.95, sophia: 0.95, mini: 0.94};
	for (const [optimizer, rho] of Object.entries(expected)) {
		expect(Math.abs((rhos(fit)[optimizer] ?? NaN) - rho)).toBeLessThan(0.01);
	}
	expect(fit.efficiencies[0]?.rho).toMatchObject({interval: {low: -Infinity, high: Infinity}, failed: 1}); // one seed
	expect(fit.noise).toBeNaN();
});

test('and so have those at 1.2 B, where a run that failed is left out and told', () => {
	const cells = published({
		adamw: [2.905, 2.836, 2.787, 2.752],
		nadamw: [2.902, 2.833, 2.785, 2.749],
		muon: [2.886, 2.827, 2.78, 2.748],
		soap: [NaN, 2.829, 2.783, 2.749],
	});
	const fit = fitted(jointFits(cells, 'adamw', {resamples: 3})[0]);
	for (const [optimizer, rho] of Object.entries({nadamw: 1.03, muon: 1.15, soap: 1.09})) {
		expect(Math.abs((rhos(fit)[optimizer] ?? NaN) - rho)).toBeLessThan(0.005);
	}
	expect(fit.residual).toBeCloseTo(0.0015, 4);
	expect(fit.excluded.map(({cell, reason}) => [cell.optimizer, cell.ratio, reason])).toEqual([['soap', 1, 'diverged']]);
});

test('what is planted is found, whatever the number of tokens is called', () => {
	const efficiencies = {adamw: constantly(1), lion: constantly(1.3), crippled: constantly(0.5)};
	const fit = fitted(jointFits(plant(5, {efficiencies}), 'adamw', {resamples: 500})[0]);
	const [lion, crippled] = fit.efficiencies;
	expect(lion?.rho.interval.low).toBeLessThan(1.3);
	expect(lion?.rho.interval.high).toBeGreaterThan(1.3);
	expect(crippled?.rho.interval.high).toBeLessThan(0.55);
	expect(fit.law.exponent).toBeCloseTo(0.494, 1);
	expect(fit.law.beta).toBeCloseTo(3.111, 1);
	expect(fit).toMatchObject({varying: false, bounded: false, excluded: []});
	expect(lion?.kappa).toMatchObject({value: 0, interval: {low: 0, high: 0}});
	expect(fit.residual / fit.noise).toBeLessThan(2);
	const exact = fitted(jointFits(plant(5, {efficiencies, sigma: 0}), 'adamw', {resamples: 2})[0]);
	expect(rhos(exact)).toEqual({lion: expect.closeTo(1.3, 4), crippled: expect.closeTo(0.5, 4)});
});

test('an efficiency that changes with data is seen, and so is by how much', () => {
	const efficiencies = {
		adamw: constantly(1),
		lion: constantly(1.3),
		sophia: (ratio: number) => 1.2 * (ratio / 8 ** 0.5) ** -0.2,
		muon: constantly(1.1),
	};
	const fit = fitted(jointFits(plant(5, {efficiencies}), 'adamw', {resamples: 200})[0]);
	const sophia = fit.efficiencies.find(({optimizer}) => optimizer === 'sophia');
	expect(fit.varying).toBe(true);
	expect(fit.criteria.varying).toBeLessThan(fit.criteria.constant);
	expect(fit.middle).toBeCloseTo(8 ** 0.5, 9);
	expect(sophia?.rho.interval.low).toBeLessThan(1.2);
	expect(sophia?.rho.interval.high).toBeGreaterThan(1.2);
	expect(sophia?.kappa.interval.low).toBeLessThan(-0.2);
	expect(sophia?.kappa.interval.high).toBeGreaterThan(-0.2);
	expect(sophia?.kappa.interval.high).toBeLessThan(-0.1);
});

test('one optimizer that gets worse with data, or never ran to the end, spoils nobody else', () => {
	const cells = plant(5, {efficiencies: {adamw: constantly(1), lion: constantly(1.3)}});
	const rising = cells.filter(({optimizer}) => optimizer === 'lion').map((cell) => ({...cell, optimizer: 'rising'}));
	const worse = rising.map((cell) => ({...cell, losses: sample(3 + cell.ratio / 10, 3.01 + cell.ratio / 10)}));
	const lost = rising.map((cell) => ({...cell, optimizer: 'lost', losses: sample(Infinity, 3)}));
	const empty = rising.map((cell) => ({...cell, optimizer: 'empty', losses: sample()}));
	const fit = fitted(jointFits([...worse, ...cells, ...lost, ...empty], 'adamw', {resamples: 50})[0]);
	expect(rhos(fit)).toEqual(rhos(fitted(jointFits(cells, 'adamw', {resamples: 50})[0])));
	expect(new Set(fit.excluded.map(({cell, reason}) => `${cell.optimizer} ${reason}`))).toEqual(
		new Set(['rising does not fall', 'lost diverged', 'empty diverged']),
	);
});

test('without a reference that falls over three ratios there is no fit, and the reason is told; sizes are fitted alone', () => {
	const efficiencies = {adamw: constantly(1), lion: constantly(1.3)};
	const two = plant(1, {efficiencies, ratios: [1, 2]});
	const three = plant(1, {efficiencies, ratios: [1, 2, 4], parameters: 2e5});
	const [none, some] = jointFits([...two, ...three], 'adamw', {resamples: 50});
	const reason = 'the losses of adamw are to fall over three amounts of data at least';
	expect(none).toMatchObject({parameters: 55_296, reason});
	expect(some).toMatchObject({parameters: 2e5, criteria: {varying: Infinity}});
	expect(jointFits(two, 'nobody')[0]).toHaveProperty('reason');
	expect(jointFits([], 'adamw')).toEqual([]);
	expect(fitted(jointFits(plant(1, {efficiencies: {adamw: constantly(1)}}), 'adamw')[0]).efficiencies).toEqual([]);
});

test('95 % intervals hold the planted efficiency in 90 to 98 % of studies', () => {
	const studies = 200;
	let held = 0;
	for (let draw = 0; draw < studies; draw++) {
		const cells = plant(draw, {efficiencies: {adamw: constantly(1), lion: constantly(1.3)}});
		const [lion] = fitted(jointFits(cells, 'adamw', {resamples: 100, seed: 1e6 + draw})[0]).efficiencies;
		held += lion !== undefined && lion.rho.interval.low <= 1.3 && lion.rho.interval.high >= 1.3 ? 1 : 0;
	}
	expect(held / studies).toBeGreaterThanOrEqual(0.9);
	expect(held / studies).toBeLessThanOrEqual(0.98);
});
