import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {loadBinary} from '../../lib/binary';
import {version} from '../../lib/version';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();
const root = join(__dirname, '../..');
const given = process.env.SOPHIA_NATIVE;
const {path: addon} = loadBinary();

afterEach(() => {
	if (given === undefined) {
		delete process.env.SOPHIA_NATIVE;
	} else {
		process.env.SOPHIA_NATIVE = given;
	}
});

/** Has it load a file of these bytes. */
function load(bytes: string | Buffer, name = 'addon.node') {
	const path = join(directory(), name);
	writeFileSync(path, bytes);
	process.env.SOPHIA_NATIVE = path;
	return loadBinary();
}

/** The error for a file that cannot be used. */
const unusable = (reason: string | RegExp) =>
	expect.objectContaining({
		name: 'SophiaError',
		code: 'ERR_SOPHIA_NO_BINARY',
		message: expect.stringMatching(
			new RegExp(
				`^The native binary /.* cannot be used: ${typeof reason === 'string' ? reason : reason.source}\\. ` +
					'It is what SOPHIA_NATIVE names\\. Build it, with a C\\+\\+20 compiler: `npm run setup` in /',
			),
		),
	}) as Error;

/** The addon with other words of the same length in it. */
function altered(from: string, to: string): Buffer {
	const bytes = readFileSync(addon);
	const [old, fresh] = [Buffer.from(`\0${from}\0`), Buffer.from(`\0${to}\0`)];
	expect(fresh).toHaveLength(old.length);
	let place = bytes.indexOf(old);
	expect(place).toBeGreaterThan(0);
	for (; place >= 0; place = bytes.indexOf(old, place)) {
		fresh.copy(bytes, place);
	}
	return bytes;
}

describe('a binary that cannot be used is ERR_SOPHIA_NO_BINARY:', () => {
	test('one that is not there, with the cause', () => {
		process.env.SOPHIA_NATIVE = join(directory(), 'none.node');
		expect(loadBinary).toThrow(unusable(/ENOENT: .*none\.node'/));
		expect(loadBinary).toThrow(expect.objectContaining({cause: expect.objectContaining({code: 'ENOENT'})}));
	});

	test('a folder', () => {
		process.env.SOPHIA_NATIVE = directory();
		expect(loadBinary).toThrow(unusable(/EISDIR: .*/));
	});

	test('one that is cut short, which would end the process', () => {
		const bytes = readFileSync(addon);
		const cut = bytes.length >> 1;
		expect(() => load(bytes.subarray(0, cut))).toThrow(unusable(`it is cut short: ${cut} bytes of ${bytes.length}`));
	});

	test('one for another processor', () => {
		const bytes = readFileSync(addon);
		bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
		expect(() => load(bytes)).toThrow(unusable(/it is for (arm64, and this is x64|x64, and this is arm64)/));
	});

	test('a text, a script, and a library by another name', () => {
		expect(() => load('// no addon\n')).toThrow(unusable(/it is no library of 64 bits \(12 bytes\)/));
		expect(() => load('process.exit(3)', 'addon.cjs')).toThrow(unusable(/it is no library of 64 bits .*/));
		expect(() => load(readFileSync(addon), 'addon.so')).toThrow(unusable(/its name does not end in \.node, .*/));
	});

	test('a program that is no addon', () => {
		expect(() => load(readFileSync('/bin/true'))).toThrow(unusable('.*'));
	});

	test('one of another version', () => {
		const other = version.replaceAll(/\d/g, '8');
		expect(() => load(altered(version, other))).toThrow(unusable(`it is of ${other}, and this is ${version}`));
	});

	test('one of a time before it said its version', () => {
		expect(() => load(altered('version', 'noisrev'))).toThrow(unusable(`it is of an unknown version, and .*`));
	});

	test('one of an older commit, as soon as a name is missing', () => {
		const {addon: old} = load(altered('readCheckpoint', 'peekCheckpoint'));
		expect(Object.keys(old)).toContain('cpu');
		expect(() => (old as {readCheckpoint: unknown}).readCheckpoint).toThrow(
			unusable('it is an older build, without `readCheckpoint`'),
		);
	});
});

/** What a process says that looks in a package without build/, with these names below prebuilds/. */
function search(prebuilds: readonly string[], env: Readonly<Record<string, string>> = {}, finder = true): string {
	const place = join(directory(), 'package');
	cpSync(join(root, 'dist'), join(place, 'dist'), {recursive: true});
	cpSync(join(root, 'package.json'), join(place, 'package.json'));
	mkdirSync(join(place, 'node_modules'));
	for (const name of ['fastest-levenshtein', ...(finder ? ['node-gyp-build'] : [])]) {
		symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name));
	}
	for (const name of prebuilds) {
		mkdirSync(join(place, 'prebuilds', name, '..'), {recursive: true});
		cpSync(addon, join(place, 'prebuilds', name));
	}
	const code = `try { require(${JSON.stringify(join(place, 'dist/binary.js'))}).loadBinary(); console.log('loaded'); }
		catch (error) { console.log(error.name, error.code, error.message); }`;
	const environment = {...process.env, SOPHIA_NATIVE: '', PREBUILDS_ONLY: '1', ...env};
	const {stdout, status} = spawnSync(process.execPath, ['-e', code], {env: environment, encoding: 'utf8'});
	expect(status).toBe(0);
	return stdout.replaceAll(place, '<package>').trim();
}
const error = 'SophiaError ERR_SOPHIA_NO_BINARY The native binary';
const here = `${process.platform}-${process.arch}`;

describe('where no file is named', () => {
	test("the package's own is taken", () => {
		expect(search([`${here}/sophia-native.glibc.node`], {LIBC: 'glibc'})).toBe('loaded');
	});

	test.each([
		['there is none', [], {}, `arch=${process.arch}`, 'none'],
		['all are for other platforms', ['win32-x64/a.node'], {}, `platform=${process.platform}`, 'win32-x64/a.node'],
		['the C library is musl', [`${here}/a.glibc.node`], {LIBC: 'musl'}, 'libc=musl', `${here}/a.glibc.node`],
	])('and %s, it says what was looked for and how to build', (_what, names, env, machine, found) => {
		const said = search(names, env);
		expect(said).toContain(`${error} is missing for platform=`);
		expect(said).toContain(` ${machine} `);
		expect(said).toContain(` Looked for build/Release/*.node and in prebuilds, which has ${found}, below <package>. `);
		expect(said).toMatch(/Build it, with a C\+\+20 compiler: `npm run setup` in <package>$/);
	});

	test('and what looks is not there, as in a bundle, it says what to leave out', () => {
		const said = search([], {}, false);
		expect(said).toContain(`${error} cannot be looked for from <package>/dist: `);
		expect(said).toMatch(/\(esbuild: --external:sophia-native\), or name the file in SOPHIA_NATIVE$/);
	});
});
