// The kernels of one target as nvcc makes them, and the shapes that the emulator saw them launched with.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import {occupancy} from './occupancy.mjs';
import {accesses, resources, shortName} from './ptx.mjs';

function output(command, args, options = {}) {
	const {status, stdout, stderr, error} = spawnSync(command, args, {maxBuffer: 1e9, encoding: 'utf8', ...options});
	if (error) throw new Error(`cannot run ${command}: ${error.message}`);
	if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout}${stderr}`);
	return stdout + stderr;
}

const demangled = (symbols) =>
	output('c++filt', [], {input: symbols.join('\n')})
		.split('\n')
		.map(shortName);

function sourcesOf(root) {
	const listed = readFileSync(join(root, 'native', 'sources.txt'), 'utf8').split('\n');
	return listed.filter((line) => /^[^#].*\.cu$/.test(line)).map((line) => basename(line, '.cu'));
}

const isFor = (target, file) => new RegExp(`^\\.target sm_${target}$`, 'm').test(readFileSync(file, 'utf8'));

/** The PTX of every source for this target, in a build folder; undefined where that was not built for it. */
function ptxIn(folder, sources, target) {
	const there = existsSync(join(folder, 'ptx')) ? readdirSync(join(folder, 'ptx')) : [];
	const files = sources.map((source) =>
		[`${source}.compute_${target}.ptx`, `${source}.ptx`]
			.filter((name) => there.includes(name))
			.map((name) => join(folder, 'ptx', name))
			.find((file) => isFor(target, file)),
	);
	return files.includes(undefined) ? undefined : files;
}

/** In the folder of the tests or one of its own, brought up to date either way. */
function builtPtx(root, target) {
	const sources = sourcesOf(root);
	const own = join(root, 'build', `sm_${target}`);
	const folder = [join(root, 'build', 'cmake'), own].find((path) => ptxIn(path, sources, target)) ?? own;
	if (folder === own) {
		const options = ['SOPHIA_TESTS=ON', 'SOPHIA_CUDA=ON', `SOPHIA_CUDA_ARCHITECTURES=${target}`];
		const places = [`CMAKE_RUNTIME_OUTPUT_DIRECTORY=${own}/tests`, `CMAKE_LIBRARY_OUTPUT_DIRECTORY=${own}/out`];
		output('cmake', ['-S', root, '-B', own, ...[...options, ...places].map((option) => `-D${option}`)]);
	}
	output('cmake', ['--build', folder, '--target', 'objects_cuda', '--parallel', '2']);
	return ptxIn(folder, sources, target);
}

/** Beside nvcc, whose place a link or a script on the PATH may hide. */
function ptxas() {
	const [, folder] = /^#\$ _HERE_=(.*)$/m.exec(output('nvcc', ['--dryrun', '-x', 'cu', '-c', '/dev/null'])) ?? [];
	return folder ? join(folder, 'ptxas') : 'ptxas';
}

function compiled(files, target) {
	const assembler = ptxas();
	const all = {};
	for (const file of files) {
		const counts = accesses(readFileSync(file, 'utf8'));
		const flags = ['--fmad', 'false', `-arch=sm_${target}`, '-v', '-o', '/dev/null'];
		const of = Object.keys(counts).length > 0 ? resources(output(assembler, [...flags, file])) : {};
		for (const entry of Object.keys(counts)) all[entry] = {...of[entry], ...counts[entry]};
	}
	return all;
}

/** {short name: the largest launch}, from a run of the emulated tests that is newer than they are, whatever it found. */
function launches(root) {
	const program = join(root, 'build', 'tests', 'emulated');
	const record = join(root, 'build', 'tests', 'launches.txt');
	if (!existsSync(program)) throw new Error('there is no build/tests/emulated: run `npm test`, or build that target');
	const fresh = () => existsSync(record) && statSync(record).mtimeMs >= statSync(program).mtimeMs;
	if (!fresh()) spawnSync(program, {env: {...process.env, SOPHIA_LAUNCHES: record}, cwd: root, stdio: 'ignore'});
	if (!fresh()) throw new Error('build/tests/emulated ended before it left its record of launches');
	const names = new Map();
	for (const line of output('nm', [program]).split('\n')) {
		const [address, , symbol] = line.split(' ');
		if (symbol?.startsWith('_Z')) names.set(BigInt(`0x${address}`), symbol);
	}
	const lines = readFileSync(record, 'utf8')
		.trim()
		.split('\n')
		.map((line) => line.split(' '));
	const shorts = demangled(lines.map(([address]) => names.get(BigInt(`0x${address}`)) ?? '?'));
	return Object.fromEntries(
		lines.map(([, threads, bytes], i) => [shorts[i], {threads: Number(threads), dynamicBytes: Number(bytes)}]),
	);
}

/** {short name: everything known of the kernel on this target}, in the order of names. */
export function measure(root, target) {
	const kernels = compiled(builtPtx(root, target), target);
	const launched = launches(root);
	const symbols = Object.keys(kernels);
	const named = demangled(symbols)
		.slice(0, symbols.length)
		.map((name, i) => [name, kernels[symbols[i]]]);
	const unseen = named.map(([name]) => name).filter((name) => !(name in launched));
	if (unseen.length > 0) throw new Error(`no test launches ${unseen.join(', ')}`);
	return Object.fromEntries(
		named
			.map(([name, kernel]) => {
				const whole = {...kernel, ...launched[name]};
				whole.sharedBytes = whole.staticBytes + whole.dynamicBytes;
				return [name, {...whole, ...occupancy(target, whole)}];
			})
			.sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}
