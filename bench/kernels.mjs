// What every kernel takes of a GPU, without one: registers, shared memory, spills, occupancy, and how wide it reads.
//
//   npm run kernels [-- 80]                  a table for one target; 90 when none is given
//   npm run kernels -- --check [80 90]       ends with 1 and says what does not fit native/cuda/budgets.json
//   npm run kernels -- --update [80 90]      writes that file; --check and --update take all its targets by default
//
// Needs nvcc, and build/tests/emulated, whose record of launches says how many threads and how much shared memory.
import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {budgetOf, compare} from './kernels/budget.mjs';
import {measure} from './kernels/measure.mjs';
import {limits} from './kernels/occupancy.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, 'native', 'cuda', 'budgets.json');

const columns = {
	registers: 'regs',
	staticBytes: 'static B',
	dynamicBytes: 'dynamic B',
	spillBytes: 'spills',
	localBytes: 'local',
	threads: 'threads',
	blocks: 'blocks/SM',
	percent: 'warps %',
	wide: '128-bit',
	narrow: 'other',
};

function print(target, kernels) {
	const width = Math.max(...Object.keys(kernels).map((name) => name.length));
	const row = (name, cells) =>
		console.log([name.padEnd(width), ...cells.map((cell) => `${cell}`.padStart(9))].join(' '));
	row(`sm_${target}`, Object.values(columns));
	for (const [name, kernel] of Object.entries(kernels)) {
		row(
			name,
			Object.keys(columns).map((column) => kernel[column]),
		);
	}
}

const byKernel = (kernels, old = {}) =>
	Object.fromEntries(Object.entries(kernels).map(([name, kernel]) => [name, budgetOf(kernel, old[name]?.exception)]));

/** A line for each kernel, where prettier finds room for it. */
function text(budgets) {
	const lines = (of) => Object.entries(of).map(([name, budget]) => `"${name}": ${JSON.stringify(budget)}`);
	const targets = Object.entries(budgets).map(([target, of]) => `"${target}": {\n${lines(of).join(',\n')}\n}`);
	return `{\n${targets.join(',\n')}\n}\n`;
}

function main() {
	const flag = {type: 'boolean', default: false};
	const {values, positionals} = parseArgs({options: {check: flag, update: flag}, allowPositionals: true});
	const budgets = JSON.parse(readFileSync(file, 'utf8'));
	const standard = values.check || values.update ? Object.keys(budgets) : ['90'];
	const targets = positionals.length > 0 ? positionals : standard;
	const unknown = targets.filter((target) => !(target in limits));
	if (unknown.length > 0) throw new Error(`expected targets among ${Object.keys(limits)}, got ${unknown}`);
	const complaints = [];
	for (const target of targets) {
		const kernels = measure(root, target);
		if (values.update) budgets[target] = byKernel(kernels, budgets[target]);
		if (!values.check && !values.update) print(target, kernels);
		else complaints.push(...compare(target, kernels, budgets[target]));
	}
	if (values.update) {
		writeFileSync(file, text(budgets));
		spawnSync(process.execPath, [join(root, 'test', 'format.mjs'), '--write', 'native/cuda/budgets.json']);
	}
	complaints.forEach((complaint) => console.error(complaint));
	return complaints.length > 0 ? 1 : 0;
}

try {
	process.exitCode = main();
} catch (error) {
	console.error(`kernels: ${error.message}`);
	process.exitCode = 2;
}
