import {outcomeOf, refreshOf} from '../../../lib/optimizers/outcome';

test('outcomes in the words of the interface', () => {
	const step = {finite: false, gradientNorm: 1, coefficient: 0.5, unclipped: 0.25, parameterNorm: 2, momentumNorm: 3};
	expect(outcomeOf(step)).toEqual({
		skipped: true,
		gradientNorm: 1,
		clip: 0.5,
		winRate: 0.25,
		parameterNorm: 2,
		momentumNorm: 3,
	});
	const refresh = {finite: true, gradientNorm: 1, winRate: 0.5, negativeRate: 0, l1: 1, l2: 1, ratios: [1]};
	const {finite, ...rest} = refresh;
	expect(refreshOf(refresh)).toEqual({skipped: !finite, ...rest});
});
