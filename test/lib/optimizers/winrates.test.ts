import {checkScale} from '../../../lib/optimizers/optimizer';
import {winRates} from '../../../lib/optimizers/winrates';
import {runOptions} from '../../../lib/cli/settings';
import {charts} from '../../../lib/report/charts';

test('the win rates that may be aimed at are those of the help and of the chart', () => {
	const [low, high] = winRates;
	const check = (targetWinRate: number) => () => checkScale({targetWinRate, anneal: false});
	for (const inside of winRates) {
		expect(check(inside)).not.toThrow();
	}
	for (const outside of [low - 1e-9, high + 1e-9]) {
		expect(check(outside)).toThrow(`0, or in [${low}, ${high}]`);
	}
	expect(runOptions.find(({help}) => help.includes('win rate'))?.help).toMatch(`${low} to ${high}`);
	const {band, about} = charts.find(({title}) => title === 'Win rate') ?? {};
	expect(band).toEqual(winRates);
	expect(about).toMatch(`${low} to ${high}`);
});
