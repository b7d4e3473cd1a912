import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import type {Facts} from '../../../lib/report/facts';
import {History} from '../../../lib/report/history';
import {Live} from '../../../lib/report/live';
import {temporaryDirectory} from '../temporary';
import {browser, describeInBrowser} from './browser';
import {addSteps} from './runs';

const directory = temporaryDirectory();
const run = () => join(directory(), 'run');
let live: Live;
let known: () => Facts;

beforeEach(() => {
	known = () => ({configuration: [['model.width', '128']], steps: 1000});
});

async function start(...names: string[]): Promise<void> {
	const runs = (names.length === 0 ? ['run'] : names).map((name) => ({
		name,
		history: new History(join(directory(), name)),
	}));
	live = await Live.start({maker: 'a test', runs, facts: () => known()});
}

afterEach(async () => live[Symbol.asyncDispose]());

interface News {
	readonly runs: readonly {
		readonly run: number;
		readonly slice: {from: number; width: number; mean: {step?: number[]; tokens?: number[]}};
	}[];
	readonly parts: Record<string, string>;
}

/** Listens to events as they come. */
async function listen() {
	const stop = new AbortController();
	const response = await fetch(`${live.address}events`, {signal: stop.signal});
	const reader = (response.body as ReadableStream<Uint8Array>).getReader();
	let text = '';
	const next = async (): Promise<News | 'end'> => {
		for (;;) {
			const end = text.indexOf('\n\n');
			if (end >= 0) {
				const event = text.slice(0, end);
				text = text.slice(end + 2);
				return event.startsWith('event: end') ? 'end' : (JSON.parse(event.replace(/^data: /, '')) as News);
			}
			const {value, done} = await reader.read();
			if (done) {
				throw new Error('The events ended without saying so');
			}
			text += Buffer.from(value).toString();
		}
	};
	return {next, stop: () => stop.abort()};
}

/** A page of more news than the system keeps for a connection: to who does not read, and to who has read the first. */
async function serveSlow() {
	addSteps(run(), 1, 2000);
	await start(...Array.from({length: 10}, () => 'run'));
	await fetch(live.address);
	const {port, pathname} = new URL(live.address);
	const slow = connect(Number(port), '127.0.0.1').pause();
	slow.write(`GET ${pathname}events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
	const {next} = await listen();
	await next();
	return {slow, next};
}

const slice = (news: News | 'end') => (news === 'end' ? undefined : news.runs[0]?.slice);

describe('a live page', () => {
	test('tells the steps that there are, then those that come, then that it ends', async () => {
		addSteps(run(), 1, 5);
		await start();
		await fetch(live.address);
		const {next} = await listen();
		expect(slice(await next())?.mean.step).toEqual([1, 2, 3, 4, 5]);
		addSteps(run(), 6, 7);
		let last = slice(await next());
		while (last?.mean.step?.at(-1) !== 7) {
			last = slice(await next());
		}
		expect(last.from).toBeGreaterThan(0);
		addSteps(run(), 8, 8);
		await live[Symbol.asyncDispose]();
		expect(slice(await next())?.mean.step).toEqual([7, 8]);
		expect(await next()).toBe('end');
	});

	test('tells all again when buckets have become wider', async () => {
		addSteps(run(), 1, 1024);
		await start();
		await fetch(live.address);
		const {next} = await listen();
		expect(slice(await next())).toMatchObject({from: 0, width: 1});
		addSteps(run(), 1025, 1030);
		expect(slice(await next())).toMatchObject({from: 0, width: 2});
	});

	test('waits for nobody who does not read, and tells him later all at once', async () => {
		const {slow, next} = await serveSlow();
		for (let step = 2001; step <= 2002; step++) {
			addSteps(run(), step, step);
			expect(slice(await next())?.mean.tokens?.at(-1)).toBeGreaterThan(2048 * (step - 1));
		}
		let text = '';
		slow.on('data', (data) => (text += data.toString('latin1'))).resume();
		while (!text.includes('event: end')) {
			await new Promise((resolve) => setTimeout(resolve, 300));
			if (text.includes('"tokens":4100096')) {
				await live[Symbol.asyncDispose]();
			}
		}
		expect(text.match(/^data: \{/gm)).toHaveLength(2);
		slow.destroy();
	});

	test('tells the last news to who was slow until then', async () => {
		const {slow} = await serveSlow();
		addSteps(run(), 2001, 2001);
		const ending = live[Symbol.asyncDispose]();
		let text = '';
		setTimeout(() => slow.on('data', (data) => (text += data.toString('latin1'))).resume(), 150); // after the last look
		await Promise.all([ending, once(slow, 'close')]);
		expect(text.match(/^data: \{/gm)).toHaveLength(2);
		expect(text.includes('event: end')).toBe(true);
	});

	test('forgets who went away', async () => {
		addSteps(run(), 1, 3);
		await start();
		const gone = await listen();
		await gone.next();
		gone.stop();
		const {next} = await listen();
		await next();
		addSteps(run(), 4, 4);
		expect(slice(await next())?.mean.step?.at(-1)).toBe(4);
	});

	test('of a run that has not begun is empty until it does', async () => {
		await start();
		expect(await (await fetch(live.address)).text()).toMatch('No time was measured yet.');
		expect(live.problem).toBe('');
		addSteps(run(), 1, 3);
		expect(await (await fetch(live.address)).text()).not.toMatch('No time was measured yet.');
	});

	test('says what the run is as soon as that is known, and each part of the page when it changes', async () => {
		const whole = known;
		known = () => ({configuration: [], absent: 'not yet'});
		addSteps(run(), 1, 3);
		await start();
		await fetch(live.address);
		const {next} = await listen();
		const parts = async () => {
			const news = await next();
			return news === 'end' ? {} : news.parts;
		};
		expect((await parts()).configuration).toMatch('not yet');
		known = whole;
		addSteps(run(), 4, 4);
		expect((await parts()).configuration).toMatch('model.width');
		addSteps(run(), 5, 5);
		expect(Object.keys(await parts())).toEqual(['summary', 'time']);
	});

	test('goes on when the facts of a run cannot be told', async () => {
		known = () => {
			throw new Error('of our own');
		};
		addSteps(run(), 1, 3);
		await start();
		expect((await fetch(live.address)).status).toBe(500);
		expect(live.problem).toBe('of our own');
		known = () => ({configuration: []});
		expect((await fetch(live.address)).status).toBe(200);
		expect(live.problem).toBe('');
	});

	test('says what keeps it from news, and hurts nobody', async () => {
		addSteps(run(), 1, 3);
		await start();
		await fetch(live.address);
		writeFileSync(join(run(), 'metrics.jsonl'), 'nonsense\n');
		const text = await (await fetch(live.address)).text();
		expect(live.problem).toMatch('Expected the report of a step in line 1');
		expect(text).toMatch('Expected the report of a step in line 1');
	});
});

describeInBrowser('a live page in a browser', () => {
	const open = browser();
	const steps = '#summary tr:has-text("steps") td';

	test('shows steps as they come, and that the run has ended', async () => {
		addSteps(run(), 1, 20);
		await start();
		const {page: at, errors, requests} = await open(live.address);
		expect(await at.locator(steps).textContent()).toBe('20 of 1,000');
		const name = at.locator('[aria-label^="Loss by"]');
		const before = await name.getAttribute('aria-label');
		addSteps(run(), 21, 60);
		await at.locator(`${steps}:text-is("60 of 1,000")`).waitFor();
		await at.locator('figure:has-text("validation") output').first().waitFor({state: 'attached'});
		expect(await name.getAttribute('aria-label')).not.toBe(before);
		expect(await at.locator('#state').textContent()).toBe('live');
		addSteps(run(), 61, 61);
		await live[Symbol.asyncDispose]();
		await at.locator('#state:text-is("ended")').waitFor();
		expect(await at.locator(steps).textContent()).toBe('61 of 1,000');
		expect(errors).toEqual([]);
		const own = [live.address, `${live.address}events`];
		expect(requests.filter((url) => !url.startsWith('data:'))).toEqual(own);
	});

	test('draws what comes, and leaves a part that is looked at as it is', async () => {
		addSteps(run(), 1, 20);
		await start();
		const {page: at} = await open(live.address);
		const value = at.locator('figure:has([aria-label^="Parameter norm by"]) output');
		const last = async (key: string) => {
			await at.locator('[aria-label^="Parameter norm by"]').press(key);
			return Number(await value.textContent());
		};
		expect(await last('End')).toBeCloseTo(37.2);
		const picture = () => at.locator('[aria-label^="Parameter norm by"] canvas').screenshot();
		const narrow = await picture();
		addSteps(run(), 21, 40);
		await at.locator(`${steps}:text-is("40 of 1,000")`).waitFor();
		await at.waitForTimeout(100);
		expect((await picture()).equals(narrow)).toBe(false);
		expect(await last('End')).toBeCloseTo(37.4);
		await last('Home');
		await last('+');
		await at.waitForTimeout(100);
		const zoomed = await picture();
		addSteps(run(), 41, 60);
		await at.locator(`${steps}:text-is("60 of 1,000")`).waitFor();
		await at.waitForTimeout(100);
		expect((await picture()).equals(zoomed)).toBe(true);
	});

	test('has several watchers, of several runs', async () => {
		addSteps(run(), 1, 20);
		addSteps(join(directory(), 'other'), 1, 10);
		await start('run', 'other');
		const pages = await Promise.all([open(live.address), open(live.address)]);
		addSteps(join(directory(), 'other'), 11, 30);
		for (const {page: at} of pages) {
			await at.locator(`${steps}:text-is("30 of 1,000")`).waitFor();
			expect(await at.locator('[aria-label^="Loss by"] ~ .legend li').allTextContents()).toHaveLength(2);
		}
	});

	test('says that the connection is lost', async () => {
		addSteps(run(), 1, 20);
		await start();
		const {page: at} = await open(live.address);
		await at.context().setOffline(true);
		await live[Symbol.asyncDispose]();
		await at
			.locator('#state')
			.filter({hasText: /ended|connection lost/})
			.waitFor();
	});

	test('cannot be read by a page of another origin', async () => {
		await start();
		const {page: at} = await open('data:text/html,<p>elsewhere</p>');
		const read = await at.evaluate<string>(`fetch(${JSON.stringify(live.address)}).then(() => 'read', String)`);
		expect(read).toMatch('Failed to fetch');
	});
});
