import {statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import type {Page} from 'playwright-core';
import {History} from '../../../lib/report/history';
import {page} from '../../../lib/report/page';
import type {Shown} from '../../../lib/report/parts';
import {temporaryDirectory} from '../temporary';
import {browser, describeInBrowser} from './browser';
import {expectClosed} from './closed';
import {hostile} from './hostile';
import {colors, contrasts, inks} from './pictures';
import {addSteps} from './runs';

const directory = temporaryDirectory();

async function shown(
	name: string,
	steps: number,
	more: Partial<Shown> = {},
	over: (step: number) => object = () => ({}),
): Promise<Shown> {
	const history = new History(addSteps(join(directory(), name), 1, steps, over));
	await history.advance();
	return {name, history, facts: {configuration: [['model.width', '128']]}, ...more};
}

/** Writes the page to a file. @returns its address */
function written(...runs: Shown[]): string {
	const path = join(directory(), 'report.html');
	writeFileSync(path, page(runs, {maker: 'a test', live: false}));
	return pathToFileURL(path).href;
}

describe('a page', () => {
	test('says all but its charts without a script', async () => {
		const sample = {text: 'My fellow\nAmericans', how: 'drawn'};
		const text = page([await shown('one', 100, {sample})], {maker: 'a test', live: false});
		const [still = ''] = text.split('<script type=');
		for (const said of ['100', '204,800', '128', 'My fellow\nAmericans', 'forward', 'a test']) {
			expect(still).toMatch(said);
		}
	});

	test('of a hundred thousand steps is smaller than 3 MB and says that it is thinned', async () => {
		const address = written(await shown('long', 100_000));
		expect(statSync(new URL(address)).size).toBeLessThan(3e6);
		expect(page([await shown('short', 10)], {maker: '', live: false})).toMatch('Every step is drawn.');
		const history = new History(join(directory(), 'long'));
		await history.advance();
		const text = page([{name: 'long', history, facts: {configuration: []}}], {maker: '', live: false});
		expect(text).toMatch('a point is the mean of 128 steps');
	});

	test('says why there is no sample and no configuration, and that there is no step', async () => {
		const facts = {configuration: [], absent: 'There is no checkpoint yet.'};
		const text = page([await shown('empty', 0, {facts, sample: {absent: 'no room'}})], {maker: '', live: false});
		expect(text).toMatch('No sample: no room');
		expect(text).toMatch('There is no checkpoint yet.');
		expect(text).toMatch('No time was measured yet.');
	});

	test('may load nothing, and run nothing but its own script', async () => {
		expectClosed(page([await shown('one', 3)], {maker: '', live: false}));
	});
});

const canvas = (title: string) => `[aria-label^="${title} by"] canvas`;
const figure = (title: string) => `figure:has(h3 bdi:text-is("${title}"))`;
const titles = (at: Page) => at.locator('figure:visible h3').allTextContents();
const legend = (at: Page, title: string) => at.locator(`${figure(title)} .legend li`).allTextContents();

describeInBrowser('a page in a browser', () => {
	const open = browser();

	test('draws its charts, and asks nothing of anyone', async () => {
		const address = written(await shown('one', 300));
		const {page: at, errors, requests} = await open(address);
		expect(await titles(at)).toEqual([
			...['Loss', 'Win rate', 'Learning rate', 'ρ', 'Clip rate', 'Gradient norm', 'Parameter norm', 'Momentum norm'],
			...['Hessian norm', 'Skipped steps', 'Loss at evaluations', 'Speed', 'Phases of a step'],
		]);
		for (const title of await titles(at)) {
			expect(await colors(at, canvas(title))).toBeGreaterThan(10);
		}
		expect({errors, requests: requests.filter((url) => !url.startsWith('data:'))}).toEqual({
			errors: [],
			requests: [address],
		});
		const inside = await at.evaluate<string>("fetch('https://example.com').then(String, String)");
		expect(inside).toMatch('Failed to fetch');
		expect(errors.join()).toMatch('Content Security Policy');
	});

	test('draws a number of another version by its row, and leaves out what a run never said', async () => {
		const over = (step: number) => ({rho: 1 / step, winRate: 0, gradientNorm: 'none', momentumNorm: undefined});
		const {page: at, errors} = await open(written(await shown('one', 30, {}, over)));
		const drawn = await titles(at);
		expect(drawn).toEqual(expect.arrayContaining(['Loss', 'ρ']));
		expect(drawn).not.toEqual(expect.arrayContaining(['Win rate']));
		expect(drawn).not.toEqual(expect.arrayContaining(['Gradient norm']));
		expect(drawn).not.toEqual(expect.arrayContaining(['Momentum norm']));
		expect(errors).toEqual([]);
	});

	test('shows a sample, a name and a configuration that are markup as text', async () => {
		const facts = {configuration: [[hostile, hostile]] as const};
		const history = new History(addSteps(join(directory(), 'run'), 1, 30, () => ({warning: hostile})));
		await history.advance();
		const run = {name: hostile, history, facts, sample: {text: `\n${hostile}`, how: hostile}};
		const {page: at, errors} = await open(written(run, {...run, name: 'other'}));
		expect(await at.evaluate("'taken' in window")).toBe(false);
		const clean = hostile.replace('\0', '\uFFFD');
		expect(await at.locator('pre').first().textContent()).toBe(`\n${clean}`);
		expect(await at.locator('h1 bdi').first().textContent()).toBe(clean);
		expect(await at.locator('td:has-text("fellow"), tbody th').first().count()).toBe(1);
		expect(await at.locator('#controls bdi').first().textContent()).toBe(hostile);
		expect(await at.locator('script').count()).toBe(2);
		expect(await at.locator('img').count()).toBe(0);
		expect(errors).toEqual([]);
	});

	test('lays runs over one another, names them, and hides them on request', async () => {
		const {page: at} = await open(written(await shown('first', 300), await shown('second', 200)));
		expect(await legend(at, 'Gradient norm')).toEqual(['first ', 'second ']);
		expect(await legend(at, 'Loss')).toHaveLength(4);
		expect(await titles(at)).toEqual(
			expect.arrayContaining(['Phases of a step of first', 'Phases of a step of second']),
		);
		await at.getByRole('checkbox', {name: 'first'}).uncheck();
		expect(await legend(at, 'Gradient norm')).toEqual(['second ']);
		expect(await titles(at)).not.toEqual(expect.arrayContaining(['Phases of a step of first']));
	});

	test('is laid out by tokens and hours as well', async () => {
		const {page: at, errors} = await open(written(await shown('one', 300), await shown('two', 2500)));
		for (const label of ['Tokens', 'Hours']) {
			await at.getByLabel('Lay out by').selectOption(label);
			const name = await at.locator(`${figure('Loss')} .plot`).getAttribute('aria-label');
			expect(name).toMatch(`Loss by ${label.toLowerCase()}`);
			expect(await colors(at, canvas('Loss'))).toBeGreaterThan(10);
		}
		expect(errors).toEqual([]);
	});

	test('is read and zoomed by keys', async () => {
		const {page: at} = await open(written(await shown('one', 300)));
		const reached = new Set<string>();
		for (let i = 0; i < 12; i++) {
			await at.keyboard.press('Tab');
			reached.add(await at.evaluate<string>('document.activeElement.nodeName'));
		}
		expect([...reached]).toEqual(expect.arrayContaining(['SELECT', 'DIV', 'SUMMARY']));
		await at.locator(`${figure('Loss')} .plot`).focus();
		const value = async () =>
			(await at
				.locator(`${figure('Loss')} output`)
				.first()
				.textContent()) ?? '';
		await at.keyboard.press('End');
		const last = await value();
		expect(Number(last)).toBeCloseTo(1.5, 0);
		await at.keyboard.press('Home');
		expect(Number(await value())).toBeGreaterThan(4);
		const whole = await at.locator(`${figure('Loss')} canvas`).screenshot();
		await at.keyboard.press('+');
		await at.waitForTimeout(50);
		expect((await at.locator(`${figure('Loss')} canvas`).screenshot()).equals(whole)).toBe(false);
		await at.keyboard.press('Escape');
		await at.waitForTimeout(50);
		expect((await at.locator(`${figure('Loss')} canvas`).screenshot()).equals(whole)).toBe(true);
	});

	test('gives the numbers of a chart in words and as a table', async () => {
		const over = (step: number) => (step === 30 ? {loss: null} : {});
		const {page: at} = await open(written(await shown('one', 30, {}, over)));
		const name = await at.locator(`${figure('Parameter norm')} .plot`).getAttribute('aria-label');
		expect(name).toMatch('Parameter norm by steps. parameter norm: 37.3, from 37.01 to 37.3.');
		await at.locator(`${figure('Loss')} summary`).click();
		const cells = await at.locator(`${figure('Loss')} tbody td`).allTextContents();
		expect(cells[0]).toBe('not finite');
		expect(Number(cells[1])).toBeGreaterThan(3);
	});

	test('is dark where the system is, with contrast either way', async () => {
		const address = written(await shown('one', 100));
		const pictures = await Promise.all(
			(['light', 'dark'] as const).map(async (colorScheme) => {
				const {page: at} = await open(address, {colorScheme});
				expect(Math.min(...(await contrasts(at, inks)))).toBeGreaterThan(3);
				return at.screenshot();
			}),
		);
		expect(pictures[0]?.equals(pictures[1] ?? Buffer.of())).toBe(false);
	});

	test('fits a phone', async () => {
		const name = 'a-run-with-a-name-that-is-longer-than-the-screen-of-a-phone-is-wide';
		const sample = {text: 'x'.repeat(500), how: 'drawn'};
		const runs = [await shown(name, 100, {sample}), await shown('other', 100)];
		const {page: at} = await open(written(...runs), {viewport: {width: 360, height: 740}});
		const width = await at.evaluate('document.documentElement.scrollWidth');
		expect(width).toBe(360);
	});

	test('needs no script for what it says', async () => {
		const {page: at} = await open(written(await shown('one', 100)), {javaScriptEnabled: false});
		expect(await at.locator('noscript').textContent()).toMatch('The charts need JavaScript');
		expect(await at.locator('#controls').isVisible()).toBe(false);
		expect(await at.locator('#summary').textContent()).toMatch('204,800');
	});
});
