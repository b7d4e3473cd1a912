// Opens the prebuilt addon on glibc 2.17, which is older than any that Node runs on: every symbol must be there.
//
//   node old.mjs <sysroot> <addon>
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ofNode, wanted} from '../../native/cmake/portability.mjs';

/** A program that has Node-API's names, and no more than these of Node. The old library comes without its headers. */
const source = (names) => `
${names.map((name) => `void ${name}(void) {}`).join('\n')}
extern void* dlopen(const char*, int);
extern const char* dlerror(void);
extern const char* gnu_get_libc_version(void);
extern int printf(const char*, ...);
int main(int count, char** arguments) {
	const int now = 2;
	void* addon = dlopen(arguments[1], now);
	printf("%s, glibc %s\\n", addon ? "opened" : dlerror(), gnu_get_libc_version());
	return addon ? 0 : 1;
}`;

const [sysroot, addon] = process.argv.slice(2);
const libraries = join(sysroot, 'x86_64-unknown-linux-gnu', 'sysroot');
const directory = mkdtempSync(join(tmpdir(), 'sophia-'));
try {
	const file = join(directory, 'host.c');
	const names = wanted(addon).map(({name}) => name);
	writeFileSync(file, source(names.filter((name) => ofNode.test(name))));
	const link = [`--sysroot=${libraries}`, `-B${join(libraries, 'usr/lib')}`, `-L${join(libraries, 'usr/lib')}`];
	execFileSync('gcc', [file, '-o', join(directory, 'host'), '-rdynamic', ...link, '-ldl', '-static-libgcc']);
	const loader = [join(libraries, 'lib/ld-2.17.so'), '--library-path', join(libraries, 'lib')];
	const [command, ...rest] = [...loader, join(directory, 'host'), addon];
	process.exitCode = spawnSync(command, rest, {stdio: 'inherit'}).status ?? 1;
} finally {
	rmSync(directory, {recursive: true});
}
