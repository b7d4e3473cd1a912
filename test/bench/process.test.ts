import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {end, execute, ExecutionError, start} from '../../bench/process';
import {temporaryDirectory} from '../lib/temporary';

const directory = temporaryDirectory();

const shell = (script: string) => ({command: 'sh', args: ['-c', script], environment: process.env});

/** One that nobody has asked how it ended lives no more. */
function lives(pid: number): boolean {
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

/** Until it is gone, or half a minute went by. */
async function gone(pid: number): Promise<boolean> {
	for (let tries = 0; lives(pid) && tries < 600; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
	return !lives(pid);
}

test('a program that ends well says what it printed', async () => {
	expect(await execute(shell('echo out; echo err >&2'))).toEqual({stdout: 'out\n', stderr: 'err\n'});
});

test.each([
	['echo no >&2; exit 3', 'ended with exit code 3', 'no\n'],
	['kill -9 $$', 'ended with SIGKILL', ''],
])('one that does not, `%s`, is an error with what it complained of', async (script, message, stderr) => {
	const error: unknown = await execute(shell(script)).catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(ExecutionError);
	expect(error).toMatchObject({message, stderr});
});

test('one that is not there is an error', async () => {
	const launch = {command: '/nowhere/at/all', args: [], environment: {}};
	await expect(execute(launch)).rejects.toThrow(/^cannot be started: .*ENOENT/);
});

test('one that hangs is ended, and so is one in the way of a signal', async () => {
	await expect(execute(shell('sleep 1000'), undefined, 0.2)).rejects.toThrow('took longer than 0.2 s');
	const controller = new AbortController();
	setTimeout(() => controller.abort(), 100);
	await expect(execute(shell('sleep 1000'), controller.signal)).rejects.toThrow('was ended');
	await expect(execute(shell('sleep 1000'), controller.signal)).rejects.toThrow('was ended');
});

test('one that is attended has an input as long as we live, others have none', async () => {
	const {stdout} = await execute(shell('timeout 20 cat; echo $?'));
	expect(stdout).toBe('0\n');
	const attended = {...shell('timeout 0.3 cat; echo $?'), attended: true};
	expect((await execute(attended)).stdout).toBe('124\n');
});

test('whoever hears that one was ended finds it gone', async () => {
	const controller = new AbortController();
	const path = join(directory(), 'pid');
	const running = execute(shell(`echo $$ > '${path}'; exec sleep 1000`), controller.signal).catch(String);
	while (!existsSync(path) || readFileSync(path, 'utf8') === '')
		await new Promise((resolve) => setTimeout(resolve, 20));
	controller.abort();
	expect(await running).toBe('Error: was ended');
	expect(lives(Number(readFileSync(path, 'utf8')))).toBe(false);
});

test('what it started ends with it', async () => {
	const child = start(shell('sleep 1000 & echo $!; wait'));
	const [pid] = (await once(child.stdout, 'data')) as [Buffer];
	expect(lives(Number(pid))).toBe(true);
	end(child);
	expect(await gone(Number(pid))).toBe(true);
});

test('what it left behind ends too, and does not keep us waiting', async () => {
	const {stdout} = await execute(shell('sleep 1000 & echo $!'), undefined, 20);
	expect(await gone(Number(stdout))).toBe(true);
});
