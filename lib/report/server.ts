/**
Serves a page and its events to browsers of this machine. It listens on loopback, on a port of the system's choice, and
answers those only who know its address, which holds a random token. A page of another origin can neither guess the
token nor read an answer; a name that its owner points to loopback is not ours, and is refused by its Host header.
*/
import {createHash, randomBytes, timingSafeEqual} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout} from 'node:timers/promises';
import {wrapAsync} from '../errors';

/** What is served. */
export interface Content {
	/** The page, made anew for each request. */
	readonly page: () => Promise<string> | string;
	/** Takes over a stream of server-sent events. */
	readonly events: (response: ServerResponse) => void;
}

export interface Served {
	/** Whoever has it may look. */
	readonly address: string;
	/** Ends every answer that still goes on. */
	readonly close: () => Promise<void>;
}

/** More than anyone opens by hand. */
const connectionLimit = 64;

/** Time that open answers are given to arrive, in milliseconds. */
const patience = 1000;

const headers = {
	'Cache-Control': 'no-store',
	'Cross-Origin-Resource-Policy': 'same-origin',
	'Referrer-Policy': 'no-referrer',
	'X-Content-Type-Options': 'nosniff',
	'X-Frame-Options': 'DENY',
};

/** @throws SophiaError `ERR_SOPHIA_IO` when it cannot listen */
export async function serve(content: Content): Promise<Served> {
	const token = randomBytes(24).toString('base64url');
	const open = new Set<ServerResponse>();
	const server = createServer((request, response) => {
		open.add(response.once('close', () => open.delete(response)));
		answer(request, response, token, content).catch(() => response.destroy());
	});
	server.maxConnections = connectionLimit;
	// A connection that cannot be accepted, for want of descriptors, is no reason to end the process, which may train.
	server.on('error', () => undefined);
	await wrapAsync(async () => {
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	});
	const {port} = server.address() as AddressInfo;
	return {
		address: `http://127.0.0.1:${port}/${token}/`,
		async close() {
			// Before the server closes, as it takes a connection for idle whose answer has ended and is still on its way.
			const arrived = Array.from(open, (response) => new Promise((resolve) => response.once('close', resolve)));
			await Promise.race([Promise.all(arrived), setTimeout(patience, undefined, {ref: false})]);
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

async function answer(request: IncomingMessage, response: ServerResponse, token: string, content: Content) {
	const [path = ''] = (request.url ?? '').split('?');
	const [, given = '', place] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
	if (!isLoopback(request.headers.host)) {
		refuse(response, 403, 'This host is not served.');
	} else if (request.method !== 'GET') {
		refuse(response.setHeader('Allow', 'GET'), 405, 'Only GET is answered.');
	} else if (!same(given, token)) {
		refuse(response, 403, 'The address lacks its token: take it from where it was printed.');
	} else if (place === '/events') {
		response.writeHead(200, {...headers, 'Content-Type': 'text/event-stream'});
		response.flushHeaders();
		content.events(response);
	} else if (place === '/') {
		await sendPage(response, content);
	} else if (place === undefined) {
		refuse(response.setHeader('Location', `/${token}/`), 308, 'The address ends with a slash.');
	} else {
		refuse(response, 404, 'There is nothing here.');
	}
}

async function sendPage(response: ServerResponse, {page}: Content): Promise<void> {
	try {
		const text = await page();
		response.writeHead(200, {
			...headers,
			'Content-Type': 'text/html; charset=utf-8',
			'Content-Security-Policy': "frame-ancestors 'none'", // beside the page's own policy, which cannot say it
		});
		response.end(text);
	} catch {
		refuse(response, 500, 'The page could not be made.');
	}
}

function refuse(response: ServerResponse, status: number, reason: string): void {
	response.writeHead(status, {...headers, 'Content-Type': 'text/plain; charset=utf-8'}).end(`${reason}\n`);
}

/** By any port, as that of a tunnel is another. */
function isLoopback(host = ''): boolean {
	return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

/** In a time that does not tell how much of it is right. */
function same(given: string, token: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(token));
}
