// The native tests: one test for each binary that the build made, see test/CMakeLists.txt. What a binary prints stays in
// build/tests/<binary>.txt, memory traffic included, and `emulated` records its launches there: bench/traffic.mjs and
// bench/kernels.mjs read them.
import {execFile} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const root = join(__dirname, '..');
const folder = join(root, 'build', 'tests');
const binaries = readFileSync(join(folder, 'binaries.txt'), 'utf8').trim().split('\n');
const needs: Readonly<Record<string, readonly string[]>> = {
	laws_avx2: ['avx2', 'fma', 'bmi2'],
	laws_avx512: ['avx512f', 'avx512dq', 'avx512bw', 'avx512vl'],
};

function processorHas(features: readonly string[]): boolean {
	const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [];
	return features.every((feature) => flags.includes(feature));
}

function run(binary: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const record = binary === 'emulated' ? {SOPHIA_LAUNCHES: join(folder, 'launches.txt')} : {};
		const env = {...process.env, ...record, SOPHIA_TRAFFIC: '1'};
		execFile(join(folder, binary), {cwd: root, env, maxBuffer: 1e8}, (error, output, errors) => {
			writeFileSync(join(folder, `${binary}.txt`), output);
			if (!error) resolve(output);
			const failures = output.split('\n').filter((line) => line.startsWith('FAIL'));
			const last = output.split('\n').slice(-20);
			if (error) reject(new Error([error.message, ...failures, '…', ...last, errors].join('\n')));
		});
	});
}

test('the build made the native tests of every kind', () => {
	expect(binaries).toEqual(expect.arrayContaining(['laws_baseline', 'units', 'emulated']));
});

for (const binary of binaries) {
	const able = processorHas(needs[binary] ?? []) ? test : test.skip;
	able(`${binary} passes`, async () => expect(await run(binary)).toMatch(/^\d+ passed, 0 failed$/m), 600_000);
}
