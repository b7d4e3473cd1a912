import {join} from 'node:path';
import {History} from '../../../lib/report/history';
import {configuration, headline, ratios, samples, thinning, time, type Shown} from '../../../lib/report/parts';
import {temporaryDirectory} from '../temporary';
import {addSteps} from './runs';

const directory = temporaryDirectory();

async function shown(name: string, steps: number, more: Partial<Shown> = {}, over = {}): Promise<Shown> {
	const history = new History(addSteps(join(directory(), name), 1, steps, () => over));
	await history.advance();
	return {name, history, facts: {configuration: []}, ...more};
}

/** What is read of markup. */
const words = (markup: string) =>
	markup
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();

describe('the parts of a page', () => {
	test('name the runs', async () => {
		expect(words(headline([await shown('a', 1), await shown('b', 1)]).text)).toBe('a , b');
	});

	test('say how the runs that are long are thinned', async () => {
		const runs = [await shown('short', 10), await shown('long', 3000)];
		expect(words(thinning(runs).text)).toMatch(/^long : a point is the mean of 4 steps, with the range/);
	});

	test('say where the time went', async () => {
		expect(words(time([await shown('a', 9)]).text)).toMatch(
			/^data 0\.\d % forward 3\d\.\d % backward \d+\.\d % step 1\.\d %/,
		);
	});

	test('tell options that differ, and runs without any', async () => {
		const facts = (rho: string) => ({configuration: [['same', '1'] as const, ['rho', rho] as const]});
		const runs = [await shown('a', 1, {facts: facts('0.1')}), await shown('b', 1, {facts: facts('0.2')})];
		const text = configuration(runs).text;
		expect(words(text)).toBe('a b same 1 1 rho 0.1 0.2');
		expect(text.match(/class="differs"/g)).toHaveLength(1);
		const none = {configuration: [], absent: 'There is no checkpoint yet.'};
		expect(words(configuration([await shown('c', 1, {facts: none})]).text)).toBe('c : There is no checkpoint yet.');
	});

	test('keep every line break of a sample', async () => {
		const sample = {text: '\n\nfirst', how: 'drawn'};
		expect(samples([await shown('a', 1, {sample})]).text).toMatch('>\n\n\nfirst</pre>'); // a parser drops the first
		expect(samples([await shown('b', 1)]).text).toBe('');
	});

	test('show how near to clipping the coordinates are, where the optimizer clips', async () => {
		const sophia = await shown('sophia', 25);
		const adamw = await shown('adamw', 25, {}, {ratioHistogram: undefined});
		expect(words(ratios([sophia, adamw]).text)).toMatch(/^How near to clipping sophia .* At step 20, /);
		expect(ratios([sophia, adamw]).text).not.toMatch('adamw');
		expect(ratios([adamw]).text).toBe('');
	});
});
