import {History} from '../../../lib/report/history';
import {shares, summarize, summaryColumns} from '../../../lib/report/summary';
import {temporaryDirectory} from '../temporary';
import {addSteps} from './runs';

const directory = temporaryDirectory();

async function summary(steps: number, facts = {}, more: () => object = () => ({})) {
	const history = new History(addSteps(directory(), 1, steps, more));
	await history.advance();
	const row = summarize(history, {configuration: [], ...facts});
	return {history, row: Object.fromEntries(summaryColumns.map((name, i) => [name, row[i]]))};
}

describe('a summary', () => {
	test('is of the last step, with what the checkpoint says', async () => {
		const facts = {steps: 1000, optimizer: 'lion', parameters: 1234, device: 'avx2'};
		const {row} = await summary(200, facts);
		expect(row).toMatchObject({
			steps: '200 of 1,000',
			loss: expect.stringMatching(/^1\.\d{4}$/),
			'validation loss': expect.stringMatching(/^1\.\d{4} \(best 1\.\d{4}\)$/),
			time: '11s',
			tokens: '409,600',
			optimizer: 'lion',
			parameters: '1,234',
			device: 'avx2',
		});
	});

	test('has dashes for what is not known', async () => {
		const {row} = await summary(0);
		expect(new Set(Object.values(row))).toEqual(new Set(['–']));
	});

	test('counts losses that are not finite', async () => {
		const {row} = await summary(3, {}, () => ({loss: null}));
		expect(row.loss).toBe('NaN (3 not finite)');
	});
});

test('shares are of all the time, without phases that took none', async () => {
	const {history} = await summary(9);
	const parts = shares(history);
	expect(parts.reduce((sum, {share}) => sum + share, 0)).toBeCloseTo(1);
	expect(parts.map(({key}) => key)).not.toEqual(expect.arrayContaining(['milliseconds.evaluation']));
});
