/** A real browser for the tests of pages: Debian's Chromium, without a network of its own. */
import {existsSync} from 'node:fs';
import {chromium, type Browser, type BrowserContextOptions, type Page} from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
	existsSync(path),
);

if (executablePath === undefined) {
	if (process.env.CI === 'true') {
		throw new Error('CI tests pages in a browser: apt-get install chromium');
	}
	process.stderr.write(
		'There is no Chromium: the tests of pages in a browser are skipped (apt-get install chromium)\n',
	);
}

/** Tests in a browser, skipped where there is none. */
export const describeInBrowser = executablePath === undefined ? describe.skip : describe;

const switches = [
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-gpu',
	'--disable-quic',
	'--disable-sync',
	'--no-first-run',
	'--no-sandbox',
];

/** What a page did besides being looked at. */
export interface Opened {
	readonly page: Page;
	/** Errors of scripts and messages of the console. */
	readonly errors: string[];
	/** Everything asked of anywhere, the page itself included. */
	readonly requests: string[];
}

/** A browser for the tests of a `describe`. @returns opens a page */
export function browser(): (address: string, options?: BrowserContextOptions) => Promise<Opened> {
	let running: Browser | undefined;
	beforeAll(async () => {
		running = await chromium.launch({executablePath: executablePath ?? '', args: switches});
	});
	afterEach(async () => {
		await Promise.all(running?.contexts().map(async (context) => context.close()) ?? []);
	});
	afterAll(async () => running?.close());
	return async (address, options = {}) => {
		if (running === undefined) {
			throw new Error('The browser is not running');
		}
		const context = await running.newContext({viewport: {width: 1280, height: 900}, ...options});
		context.setDefaultTimeout(20_000);
		const page = await context.newPage();
		const opened: Opened = {page, errors: [], requests: []};
		page.on('pageerror', (error) => opened.errors.push(error.message));
		page.on('console', (message) => opened.errors.push(message.text()));
		page.on('request', (request) => opened.requests.push(request.url()));
		await page.goto(address);
		return opened;
	};
}
