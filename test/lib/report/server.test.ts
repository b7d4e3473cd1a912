import {once} from 'node:events';
import {request, type IncomingHttpHeaders} from 'node:http';
import {connect, Server} from 'node:net';
import {serve, type Served} from '../../../lib/report/server';

let served: Served;
let fails = false;

beforeEach(async () => {
	fails = false;
	served = await serve({
		page() {
			if (fails) {
				throw new Error('of our own');
			}
			return '<p>page</p>';
		},
		events: (response) => void response.write('data: 1\n\n'),
	});
});
afterEach(async () => served.close());

interface Answer {
	readonly status: number | undefined;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
}

/** Asks as no browser would. */
async function ask(path: string, {method = 'GET', host = ''} = {}): Promise<Answer> {
	const {port, host: own} = new URL(served.address);
	const asked = request({host: '127.0.0.1', port, path, method, headers: {host: host === '' ? own : host}}).end();
	const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
	let text = '';
	for await (const chunk of response.setEncoding('utf8')) {
		text += String(chunk);
	}
	return {status: response.statusCode, headers: response.headers, text};
}

const secret = () => new URL(served.address).pathname;

describe('the server', () => {
	test('gives its page to who knows the address, to be kept by nobody', async () => {
		const {status, headers, text} = await ask(secret());
		expect({status, text}).toEqual({status: 200, text: '<p>page</p>'});
		expect(headers).toMatchObject({
			'content-type': 'text/html; charset=utf-8',
			'cache-control': 'no-store',
			'referrer-policy': 'no-referrer',
			'x-content-type-options': 'nosniff',
			'cross-origin-resource-policy': 'same-origin',
			'content-security-policy': "frame-ancestors 'none'",
		});
		expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
	});

	test('listens on one address of this machine alone, with a long token', async () => {
		expect(served.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
		const other = connect(Number(new URL(served.address).port), '127.0.0.2');
		const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException];
		expect(error.code).toBe('ECONNREFUSED');
	});

	test.each([
		['no token', () => '/', 403],
		['another token', () => secret().replace(/.\/$/, '~/'), 403],
		['a part of the token', () => `${secret().slice(0, -2)}/`, 403],
		['no token and events', () => '/x/events', 403],
		['another path', () => `${secret()}report.html`, 404],
		['a path above', () => `${secret()}../`, 404],
	])('refuses %s', async (_, path, expected) => {
		const {status, text} = await ask(path());
		expect(status).toBe(expected);
		expect(text).not.toMatch('page');
	});

	test.each([
		'example.com',
		'example.com:80',
		'127.0.0.1.example.com',
		'localhost.example.com:1',
		'192.168.1.2',
		'0.0.0.0',
	])('refuses the host %s, whatever it leads to', async (host) => {
		expect((await ask(secret(), {host})).status).toBe(403);
		expect((await ask(`${secret()}events`, {host})).status).toBe(403);
	});

	test.each(['localhost:1', '127.0.0.1', '[::1]:8080'])('answers the host %s, as through a tunnel', async (host) => {
		expect((await ask(secret(), {host})).status).toBe(200);
	});

	test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('refuses %s', async (method) => {
		const {status, headers} = await ask(secret(), {method});
		expect({status, allow: headers.allow}).toEqual({status: 405, allow: 'GET'});
	});

	test('leads an address without its last slash to the page', async () => {
		const {status, headers} = await ask(secret().slice(0, -1));
		expect({status, location: headers.location}).toEqual({status: 308, location: secret()});
	});

	test('says that its own page failed, and goes on', async () => {
		fails = true;
		expect(await ask(secret())).toMatchObject({status: 500, text: 'The page could not be made.\n'});
		fails = false;
		expect((await ask(secret())).status).toBe(200);
	});

	test('survives what is no request', async () => {
		const socket = connect(Number(new URL(served.address).port), '127.0.0.1');
		socket.on('error', () => undefined).resume();
		socket.end('\0\r\n\r\n');
		await once(socket, 'close');
		expect((await ask(secret())).status).toBe(200);
	});

	test('goes on when a connection cannot be accepted', async () => {
		const listen = jest.spyOn(Server.prototype, 'listen');
		const other = await serve({page: () => '', events: () => undefined});
		const [server] = listen.mock.contexts as Server[];
		listen.mockRestore();
		expect(() => server?.emit('error', new Error('accept EMFILE'))).not.toThrow();
		expect((await fetch(other.address)).status).toBe(200);
		await other.close();
	});

	test('closes with answers open', async () => {
		const {port} = new URL(served.address);
		const asked = request({host: '127.0.0.1', port, path: `${secret()}events`}).end();
		asked.on('error', () => undefined);
		const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
		response.on('error', () => undefined);
		response.resume();
		const begin = Date.now();
		await served.close();
		expect(Date.now() - begin).toBeLessThan(2000);
		served = await serve({page: () => '', events: () => undefined});
	});
});
