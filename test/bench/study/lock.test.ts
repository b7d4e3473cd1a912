import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Lock} from '../../../bench/study/lock';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();
const study = () => join(directory(), 'study');
const path = () => join(study(), 'lock');

/** Leaves the lock of somebody else. */
async function leave(changes: object): Promise<void> {
	using own = await Lock.take(study(), 'tune');
	const holder = {...(JSON.parse(own.text) as object), ...changes};
	own[Symbol.dispose]();
	writeFileSync(path(), `${JSON.stringify(holder)}\n`);
}

test('one at a time has a directory, and the next is told who', async () => {
	{
		using lock = await Lock.take(study(), 'tune');
		expect(existsSync(lock.path)).toBe(true);
		await expect(Lock.take(study(), 'compare')).rejects.toMatchObject({
			code: 'ERR_SOPHIA_BUSY',
			message: `\`${study()}\` is in use by process ${process.pid}, \`sophia-bench tune\`: wait for its end, or give another \`--directory\``,
		});
	}
	expect(readdirSync(study())).toEqual([]);
	using again = await Lock.take(study(), 'compare');
	expect(readFileSync(again.path, 'utf8')).toContain('"command":"compare"');
});

test('of several that want it at once, one has it', async () => {
	const taken = await Promise.allSettled(Array.from({length: 8}, () => Lock.take(study(), 'noise')));
	expect(taken.filter(({status}) => status === 'fulfilled')).toHaveLength(1);
});

test('what a process left that is dead is taken over', async () => {
	const child = spawn('true');
	await once(child, 'close');
	await leave({pid: child.pid});
	using lock = await Lock.take(study(), 'tune');
	expect(readFileSync(path(), 'utf8')).toBe(lock.text);
	expect(readdirSync(study())).toEqual(['lock']);
});

test('another process that has its number by now does not count', async () => {
	await leave({begin: '1'});
	using lock = await Lock.take(study(), 'tune');
	expect(readFileSync(path(), 'utf8')).toBe(lock.text);
});

test('one of another machine counts, and what to do is said', async () => {
	await leave({host: 'elsewhere', command: 'tune\u001b[31m'});
	await expect(Lock.take(study(), 'tune')).rejects.toThrow(
		`\`${study()}\` is in use by process ${process.pid} on elsewhere, \`sophia-bench tune [31m\`: remove \`${path()}\` if it has ended`,
	);
	expect(existsSync(path())).toBe(true);
});

test.each([
	'',
	'rubbish\n',
	'null\n',
	'{"pid":-1}\n',
	'{"pid":0}\n',
	'{"pid":"1"}\n',
	'{}\n',
	`{"pid":${process.pid}}\n`,
	'{"pid":12',
])('rubbish is nobody: %j', async (text) => {
	using first = await Lock.take(study(), 'tune');
	first[Symbol.dispose]();
	writeFileSync(path(), text);
	using lock = await Lock.take(study(), 'tune');
	expect(readFileSync(path(), 'utf8')).toBe(lock.text);
});

test('who lost it does not take it from who has it', async () => {
	const first = await Lock.take(study(), 'tune');
	writeFileSync(path(), 'somebody');
	first[Symbol.dispose]();
	expect(readFileSync(path(), 'utf8')).toBe('somebody');
});

test('a directory that is a file is a failure', async () => {
	writeFileSync(study(), '');
	await expect(Lock.take(study(), 'tune')).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
});
