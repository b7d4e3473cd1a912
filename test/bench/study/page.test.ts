import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import type {Page} from 'playwright-core';
import type {Chart, Document, Point} from '../../../bench/study/document';
import {page, writePage} from '../../../bench/study/page';
import {browser, describeInBrowser} from '../../lib/report/browser';
import {expectClosed} from '../../lib/report/closed';
import {hostile} from '../../lib/report/hostile';
import {colors, contrasts, inks} from '../../lib/report/pictures';
import {temporaryDirectory} from '../../lib/temporary';
import {charts, sample} from './sample';

const directory = temporaryDirectory();
const stamped: Document = {...sample, stamp: 'UNTUNED: AdamW has no certificate'};

const of = (...some: readonly Chart[]): Document => ({
	...sample,
	sections: [{title: 'charts', paragraphs: [], tables: [], charts: some}],
});

const withPoints = (points: readonly Point[], more: Partial<Chart> = {}): Chart => ({
	...charts.losses,
	series: [{name: 'one', points}],
	...more,
});

/** Writes the page to a file. @returns its address */
function written(document: Document): string {
	const path = join(directory(), 'study.html');
	writeFileSync(path, page(document, 'a test'));
	return pathToFileURL(path).href;
}

test('is one file that loads nothing and runs nothing but its own script', () => {
	expectClosed(page(sample, 'a test'));
	expectClosed(page({...stamped, title: hostile, head: [[hostile, hostile]]}, hostile));
});

test('has its stamp in the title of the window', () => {
	expect(page(stamped, 'a test')).toMatch('<title>UNTUNED: Is Sophia faster');
	expect(page(sample, 'a test')).toMatch('<title>Is Sophia faster');
});

test('is written whole or not at all', async () => {
	const path = join(directory(), 'report.html');
	await writePage(path, sample, 'a test');
	expect(readFileSync(path, 'utf8')).toBe(page(sample, 'a test'));
	await expect(writePage(join(path, 'below.html'), sample, 'a test')).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	expect(readdirSync(directory())).toEqual(['report.html']);
});

const canvas = (chart: number) => `#chart-${chart} canvas`;
const plot = (at: Page, chart = 0) => at.locator(`#chart-${chart} .plot`);
const tip = async (at: Page, chart = 0) =>
	(await at.locator(`#chart-${chart} .tip`).allInnerTexts()).join().split('\n');

/** A hash of what the first chart shows, to compare. */
async function pictureOf(at: Page): Promise<string> {
	const url = await at.evaluate<string>("document.querySelector('#chart-0 canvas').toDataURL()");
	return createHash('sha256').update(url).digest('hex');
}

/** Where the ring is, in pixels from the corner of what is plotted. */
async function ring(at: Page): Promise<readonly [number, number]> {
	const transform = await at.evaluate<string>("document.querySelector('#chart-0 .ring').style.transform");
	const [x = NaN, y = NaN] = [...transform.matchAll(/(-?[\d.e-]+)px/g)].map(([, number]) => Number(number));
	return [x, y];
}

describeInBrowser('a page of the study in a browser', () => {
	const open = browser();

	test('draws its charts, light and dark with contrast, and asks nothing of anyone', async () => {
		const address = written(stamped);
		const pictures = await Promise.all(
			(['light', 'dark'] as const).map(async (colorScheme) => {
				const {page: at, errors, requests} = await open(address, {colorScheme});
				expect(await at.locator('canvas').count()).toBe(8);
				for (let chart = 0; chart < 8; chart++) {
					expect(await colors(at, canvas(chart))).toBeGreaterThan(10);
				}
				expect(Math.min(...(await contrasts(at, [...inks, 'stamp'])))).toBeGreaterThan(3);
				expect({errors, requests: requests.filter((url) => !url.startsWith('data:'))}).toEqual({
					errors: [],
					requests: [address],
				});
				return at.screenshot();
			}),
		);
		expect(pictures[0]?.equals(pictures[1] ?? Buffer.of())).toBe(false);
	});

	test('writes the stamp over each plot', async () => {
		const picture = async (document: Document) => {
			const {page: at} = await open(written(document));
			return pictureOf(at);
		};
		const [plain, marked] = [await picture(of(charts.losses)), await picture({...of(charts.losses), stamp: 'UNTUNED'})];
		expect(await picture(of({...charts.losses, stamp: 'UNTUNED: by itself'}))).toBe(marked);
		expect(plain).not.toBe(marked);
	});

	test('draws points that have no value at the top edge, and breaks over none', async () => {
		const values = [1, NaN, 2, Infinity, -Infinity, 1e300, 0];
		const points = values.map((y, i) => ({x: 2 ** i, y, low: -y, high: y * 2}));
		const wild = [NaN, Infinity, 0, -1].map((x) => ({x, y: 1}));
		const long = Array.from({length: 300}, (_, i) => ({x: i + 1, y: i % 7 === 0 ? NaN : 0}));
		const log: Partial<Chart> = {y: {title: 'y', log: 10}};
		const all = [points, points.slice(1, 2), points.slice(0, 1), wild, [], long, [{x: 1, y: 0}]];
		const {page: at, errors} = await open(
			written(of(...all.flatMap((some) => [withPoints(some), withPoints(some, log)]))),
		);
		expect(await at.locator('canvas').count()).toBe(14);
		for (let chart = 0; chart < 14; chart++) {
			expect(await colors(at, canvas(chart))).toBeGreaterThan(3);
		}
		await plot(at).focus();
		await at.keyboard.press('Home');
		const [, low] = await ring(at);
		expect(await tip(at)).toEqual(['one', 'tokens: 1', expect.stringMatching(/^1\.0000 /)]);
		await at.keyboard.press('ArrowRight');
		expect(await tip(at)).toEqual(['one', 'tokens: 2', expect.stringMatching(/^diverged /)]);
		const [, high] = await ring(at);
		expect(high).toBeGreaterThan(0);
		expect(high).toBeLessThan(24);
		expect(low).toBeGreaterThan(100);
		expect(errors).toEqual([]);
	});

	test('labels its axes with as many digits as they need, at places that were measured', async () => {
		const {page: at} = await open(written(of(charts.losses)));
		const said = async (what: string) => at.evaluate<unknown>(what);
		expect(await said('labelsOf([0, 0.025, 0.05], undefined)')).toEqual(['0.000', '0.025', '0.050']);
		expect(await said('labelsOf([2, 2.5, 3], undefined)')).toEqual(['2.0', '2.5', '3.0']);
		expect(await said('labelsOf([0, 500000, 2e-9], undefined)')).toEqual(['0', '500K', '2e-9']);
		expect(await said('labelsOf([0.125, 1, 8], 2)')).toEqual(['1/8', '1', '8']);
		const axis = (base: number, min: number, max: number, ...measured: number[]) =>
			said(`ticksOf({base: ${base}, min: ${min}, max: ${max}, room: 6}, [${measured.join()}])`);
		expect(await axis(10, 1e6, 9e6, 1.1e6, 2.2e6, 4.4e6)).toEqual([1.1e6, 2.2e6, 4.4e6]);
		expect(await axis(10, 1e6, 9e6, 1.1e6, 1.2e6, 4.4e6)).toEqual([1e6, 2e6, 5e6]);
		expect(await axis(10, 1, 1e12)).toEqual([1, 1e3, 1e6, 1e9, 1e12]);
		expect(await axis(2, 0.1, 10)).toEqual([0.25, 1, 4]);
		expect(await axis(10, 3, 4)).toEqual([3, 3.2, 3.4, 3.6, 3.8, 4]);
	});

	test('tells the point under the cursor, and by keys of every series', async () => {
		const {page: at, errors} = await open(written(of(charts.tokens)));
		await plot(at).focus();
		await at.keyboard.press('Home');
		expect(await tip(at)).toEqual(['Lion', 'tokens per parameter ÷ 20: 1', expect.stringMatching(/^0\.\d\d \[0/)]);
		await at.keyboard.press('End');
		await at.keyboard.press('ArrowUp');
		expect(await tip(at)).toEqual(['Sophia-H', 'tokens per parameter ÷ 20: 8', '> 1.25']);
		expect(await at.locator('#chart-0 output').textContent()).toBe('Sophia-H, tokens per parameter ÷ 20: 8, > 1.25');
		const [x, y] = await ring(at);
		await at.keyboard.press('ArrowUp');
		expect((await tip(at))[0]).toBe('Sophia-G');
		await at.keyboard.press('Escape');
		expect(await at.locator('#chart-0 .tip').isVisible()).toBe(false);
		const over = (await at.locator('#chart-0 .u-over').boundingBox()) ?? {x: 0, y: 0};
		await at.mouse.move(over.x + x + 9, over.y + y - 9);
		expect(await tip(at)).toEqual(['Sophia-H', 'tokens per parameter ÷ 20: 8', '> 1.25']);
		expect(errors).toEqual([]);
	});

	test('zooms by keys and by hand, and shows all again', async () => {
		const {page: at, errors} = await open(written(of(charts.curves)));
		const picture = async () => {
			await at.waitForTimeout(50);
			return pictureOf(at);
		};
		const whole = await picture();
		await plot(at).focus();
		await at.keyboard.press('+');
		expect(await picture()).not.toBe(whole);
		await at.keyboard.press('Escape');
		expect(await picture()).toBe(whole);
		const over = (await at.locator('#chart-0 .u-over').boundingBox()) ?? {x: 0, y: 0};
		await at.mouse.move(over.x + 200, over.y + 50);
		await at.mouse.down();
		await at.mouse.move(over.x + 400, over.y + 60);
		await at.mouse.up();
		expect(await picture()).not.toBe(whole);
		await at.mouse.dblclick(over.x + 100, over.y + 100);
		expect(await picture()).toBe(whole);
		expect(errors).toEqual([]);
	});

	test('hides a series on request, and is scaled to the others', async () => {
		const {page: at} = await open(written(of(charts.losses)));
		await plot(at).focus();
		await at.keyboard.press('Home');
		const [, before] = await ring(at);
		await at.getByRole('button', {name: 'SGD with momentum'}).click();
		await plot(at).focus();
		await at.keyboard.press('Home');
		const [, after] = await ring(at);
		expect(after).toBeLessThan(before - 10);
		expect(await at.getByRole('button', {pressed: false}).allTextContents()).toEqual(['SGD with momentum']);
	});

	test('shows names that are markup as text', async () => {
		const chart = {...withPoints([{x: 1, y: NaN, label: hostile}]), title: hostile, about: hostile, lost: hostile};
		const all = {...chart, series: [{...chart.series[0], name: hostile, points: chart.series[0]?.points ?? []}]};
		const document = {...of(all), title: hostile, stamp: hostile, head: [[hostile, hostile]] as const};
		const {page: at, errors} = await open(written(document));
		await plot(at).focus();
		await at.keyboard.press('Home');
		expect(await at.evaluate("'taken' in window")).toBe(false);
		expect(await at.locator('.tip bdi').textContent()).toBe(hostile);
		expect(await at.locator('h1 bdi').textContent()).toBe(hostile.replace('\0', '\uFFFD'));
		expect(await at.locator('script, img').count()).toBe(2);
		expect(errors).toEqual([]);
	});

	test('fits a phone, and a sheet of paper', async () => {
		const address = written({...stamped, title: 'x'.repeat(80)});
		const {page: at} = await open(address, {viewport: {width: 360, height: 740}, colorScheme: 'dark'});
		expect(await at.evaluate('document.documentElement.scrollWidth')).toBe(360);
		const ground = "getComputedStyle(document.documentElement).getPropertyValue('--ground')";
		expect(await at.evaluate(ground)).not.toBe('#ffffff');
		await at.evaluate("dispatchEvent(new Event('beforeprint'))");
		expect(await at.evaluate("document.querySelector('#chart-0 .uplot').clientWidth")).toBe(640);
		expect(await at.evaluate(ground)).toBe('#ffffff');
		await at.evaluate("dispatchEvent(new Event('afterprint'))");
		expect(await at.evaluate('document.documentElement.scrollWidth')).toBe(360);
	});

	test('needs no script for its numbers', async () => {
		const {page: at} = await open(written(sample), {javaScriptEnabled: false});
		expect(await at.locator('noscript').textContent()).toMatch('The charts need JavaScript');
		await at.locator('#chart-0 summary').click();
		expect(await at.locator('#chart-0 td').first().isVisible()).toBe(true);
	});
});
