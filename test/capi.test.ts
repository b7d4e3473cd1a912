// The library for C, as it was built: what it shows, and that its header says the same as everyone else.
import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {nativeCodes} from '../lib/errors';
import {hessianDefaults, stepDefaults} from '../lib/optimizers/outcome';

const root = join(__dirname, '..');
const path = join(root, 'native/include/sophia.h');
const header = readFileSync(path, 'utf8');
const library = join(root, 'build/cmake/capi/libsophia.so');
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string};

const declared = [...header.matchAll(/^SOPHIA_API [^(]*?\b(sophia_\w+)\(/gm)].map(([, name = '']) => name);

test('libsophia shows the functions of its header and nothing else', () => {
	const symbols = execFileSync('nm', ['--dynamic', '--defined-only', '--portability', library], {encoding: 'utf8'});
	const shown = Array.from(symbols.matchAll(/^(\w+)(@@?\w+)? [TBDRVWu] /gm), ([, name = '']) => name);
	expect(declared.length).toBeGreaterThan(40);
	expect(shown.sort()).toEqual([...declared].sort());
});

test('it carries its name and version, and needs libc and libm alone', () => {
	const dynamic = execFileSync('readelf', ['--dynamic', '--wide', library], {encoding: 'utf8'});
	expect(dynamic).toContain(`soname: [libsophia.so.${version.split('.')[0] ?? ''}]`);
	const needed = Array.from(dynamic.matchAll(/NEEDED.*\[(.*)\]/g), ([, name = '']) => name);
	expect(needed.filter((name) => !/^(libc|libm|libdl|libpthread|librt|ld-linux-[\w-]+)\.so/.test(name))).toEqual([]);
});

test('its codes are those of JavaScript, in their order', () => {
	const codes = Array.from(header.matchAll(/^ {2}(SOPHIA_[A-Z_]+) = (\d+)/gm), ([, name = '', value]) => [
		name,
		Number(value),
	]);
	const expected = nativeCodes.map((code, i) => [code.replace('ERR_', ''), i + 1]);
	expect(codes.slice(0, nativeCodes.length + 1)).toEqual([['SOPHIA_OK', 0], ...expected]);
});

test('what its options are without being set is what they are in TypeScript', () => {
	const initial = (name: string) =>
		new RegExp(`define SOPHIA_${name}_INIT \\{sizeof\\(\\w+\\), (.*)\\}`).exec(header)?.[1];
	const {factor, scale, clip, checked} = stepDefaults;
	expect(initial('STEP_OPTIONS')).toBe([factor, scale, clip, Number(checked)].join(', '));
	expect(initial('HESSIAN_OPTIONS')).toBe([hessianDefaults.scale, hessianDefaults.clip].join(', '));
});

test.each([
	['cc', 'c', 'c99'],
	['c++', 'c++', 'c++11'],
])('%s reads the header by itself, and what structs begin as, without a warning', (compiler, language, standard) => {
	const begun = [...header.matchAll(/define (SOPHIA_\w+_INIT) \{sizeof\((\w+)\)/g)].map(
		([, init, type], i) => `void use${i}(void) { ${type} x = ${init}; (void)x; }`,
	);
	expect(begun.length).toBeGreaterThan(3);
	const options = ['-x', language, `-std=${standard}`, '-Wall', '-Wextra', '-pedantic', '-Werror', '-fsyntax-only'];
	const {status, stderr} = spawnSync(compiler, [...options, '-include', path, '-'], {
		encoding: 'utf8',
		input: begun.join('\n'),
	});
	expect({status, stderr}).toEqual({status: 0, stderr: ''});
});
