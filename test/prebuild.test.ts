// What the prebuilt addon may ask of the system, on small libraries that are compiled here; and the script's options.
import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {temporaryDirectory} from './lib/temporary';

const directory = temporaryDirectory();
const script = (name: string) => join(__dirname, '..', 'native', 'cmake', `${name}.mjs`);
const node = (...args: string[]) => spawnSync(process.execPath, args, {encoding: 'utf8'});

/** What is wrong with a library of this source, line by line. */
function portability(source: string, options: readonly string[] = [], floor: readonly string[] = []) {
	const file = join(directory(), 'small.cpp');
	writeFileSync(file, source);
	const compiler = process.env.CXX ?? 'g++';
	execFileSync(compiler, ['-shared', '-fPIC', '-o', `${file}.node`, file, '-static-libgcc', ...options]);
	const {status, stdout, stderr} = node(script('portability'), `${file}.node`, ...floor);
	expect(stdout).toContain(`${file}.node asks for glibc `);
	return {status, lines: stderr.split('\n').filter((line) => line !== '')};
}
const malloc = '#include <cstdlib>\nextern "C" void* take() { return std::malloc(8); }';

describe('an addon', () => {
	test('that asks for an old C library and for Node-API alone is portable', () => {
		const source = `${malloc}\nextern "C" int napi_anything();\nint call() { return napi_anything(); }`;
		expect(portability(source, ['-nodefaultlibs', '-lc'])).toEqual({status: 0, lines: []});
	});

	test('that asks for a newer C library is not, and the symbol is named', () => {
		const {status, lines} = portability(malloc, ['-nodefaultlibs', '-lc'], ['2.2']);
		expect(status).toBe(1);
		expect(lines).toContain('malloc is of GLIBC_2.2.5, and glibc 2.2 is all that may be asked for');
	});

	test('versions are compared as numbers', () => {
		expect(portability(malloc, ['-nodefaultlibs', '-lc'], ['2.10'])).toEqual({status: 0, lines: []});
	});

	test('that asks for something that no library has is not', () => {
		const {lines} = portability('extern "C" char __absent; char* where() { return &__absent; }', ['-nostdlib']);
		expect(lines).toEqual(['nobody defines __absent']);
	});

	test('that needs the C++ library of the machine is not', () => {
		const {lines} = portability('#include <string>\nstd::string text() { return std::string(99, 0); }');
		expect(lines).toContainEqual(expect.stringMatching(/^it needs libstdc\+\+\.so\.6$/));
		expect(lines).toContainEqual(expect.stringMatching(/ is of GLIBCXX_3\./));
	});
});

test('an unknown option of the prebuild is refused before anything is built', () => {
	const {status, stderr} = node(script('prebuild'), '--relase');
	expect(stderr).toBe('prebuild: expected --release or definitions for CMake, -DNAME=VALUE, got --relase\n');
	expect(status).toBe(1);
});

// npm runs a script `prebuild` before one of the name `build`, which then would fetch 47 MB and link a release.
test('no script is called build, as npm would run prebuild before it', () => {
	const {scripts} = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as {scripts: object};
	expect(scripts).toHaveProperty('prebuild');
	expect(scripts).not.toHaveProperty('build');
});
