/** docs/c.md, line by line: the library for C is installed, and trainers in C and Python are built with it and run. */
import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {AdamW} from '../../lib/optimizers/adamw';
import {CautiousAdamW} from '../../lib/optimizers/cautiousadamw';
import {CautiousLion} from '../../lib/optimizers/cautiouslion';
import {Lion} from '../../lib/optimizers/lion';
import {Mars} from '../../lib/optimizers/mars';
import {NAdamW} from '../../lib/optimizers/nadamw';
import type {Optimizer} from '../../lib/optimizers/optimizer';
import {Sgd} from '../../lib/optimizers/sgd';
import {SophiaG} from '../../lib/optimizers/sophiag';
import {SophiaH} from '../../lib/optimizers/sophiah';
import {blocks, root} from './page';

const page = readFileSync(join(root, 'docs/c.md'), 'utf8');
const lines = Array.from(page.matchAll(/^ {4}((?:cmake|export|cc|\.\/|build\/).*)$/gm), ([, line = '']) => line);
const [configure = '', , install = '', ...rest] = lines;
const [paths = '', compile = '', run = '', ...withCmake] = rest;
const example = readFileSync(join(root, 'examples/trainer.c'), 'utf8');
const has = (command: string) => spawnSync(command, ['--version']).status === 0;

/** A home without a space, which `$(pkg-config …)` of a shell would not survive. */
const home = mkdtempSync(join(tmpdir(), 'sophia-c-'));
afterAll(() => {
	rmSync(home, {recursive: true, force: true});
});

/** What a shell prints that runs these lines; CMake may be the one that setup.mjs brought. */
function shell(folder: string, ...script: string[]): string {
	const {status, stdout, stderr} = spawnSync('sh', ['-ec', script.join('\n')], {
		cwd: folder,
		env: {
			...process.env,
			HOME: home,
			PATH: [process.env.PATH, join(root, 'build/tools/node_modules/.bin')].join(delimiter),
			CMAKE_GENERATOR: 'Ninja',
		},
		encoding: 'utf8',
	});
	expect({script, status, stderr}).toEqual({script, status: 0, stderr: ''});
	return stdout;
}

/** The tests' build has made the library; what is installed is moved afterwards, as an archive of it would be. */
beforeAll(() => {
	const elsewhere = install.replace('build/c', 'build/cmake').replace('.local', 'elsewhere');
	shell(root, elsewhere);
	renameSync(join(home, 'elsewhere'), join(home, '.local'));
});

const printed = /^(step +\d+: loss \d\.\d{4}, win rate \d\.\d\d\n){10}step 100: loss 0\.49\d\d\n$/;

test('the blocks in C are the example, all of it', () => {
	expect(blocks('c.md', 'c').join('\n')).toBe(example);
});

test('the library is configured without Node', () => {
	shell(root, `${configure.replace('build/c', '"$HOME/build"')} -DSOPHIA_CUDA=OFF`);
	expect(readFileSync(join(home, 'build/CMakeCache.txt'), 'utf8')).not.toContain('NODE_EXECUTABLE:');
});

(has('pkg-config') ? test : test.skip)(
	'a trainer in C99 is built with pkg-config, without a warning, and learns',
	() => {
		cpSync(join(root, 'examples'), join(home, 'examples'), {recursive: true});
		const strict = compile.replace('cc ', 'cc -Wall -Wextra -pedantic -Werror ');
		expect(shell(home, paths, strict, run)).toMatch(printed);
	},
);

test('and with find_package', () => {
	const folder = join(home, 'project');
	mkdirSync(folder);
	writeFileSync(join(folder, 'CMakeLists.txt'), blocks('c.md', 'cmake').join('\n'));
	writeFileSync(join(folder, 'trainer.c'), example);
	const output = shell(folder, ...withCmake);
	expect(output.slice(output.indexOf('step   0'))).toMatch(printed);
});

(has('python3') ? test : test.skip)('a trainer in Python needs ctypes alone', () => {
	writeFileSync(join(home, 'trainer.py'), blocks('c.md', 'python').join('\n'));
	const output = shell(home, paths, 'python3 trainer.py');
	expect(output).toMatch(/^-?0\.0\d -?0\.0\d\n$/);
});

test('the table has the hyperparameters of the TypeScript classes', () => {
	const row = (made: string, optimizer: Optimizer) => {
		const hyper = Object.entries(optimizer.hyper()).map(([name, value]) => `\`${name}\` ${value}`);
		const {direction, learningRate, weightDecay} = optimizer;
		return `| \`${direction}\` | \`${made}\` | ${learningRate} | ${weightDecay} | ${hyper.join(', ')} |`;
	};
	const table = page.replace(/ +/g, ' ').split('\n');
	expect(table.filter((line) => line.includes('| `new '))).toEqual([
		row('new AdamW()', new AdamW()),
		row('new NAdamW()', new NAdamW()),
		row('new CautiousAdamW()', new CautiousAdamW()),
		row('new Mars()', new Mars()),
		row('new Lion()', new Lion()),
		row('new CautiousLion()', new CautiousLion()),
		row('new Sgd()', new Sgd()),
		row('new SophiaG()', new SophiaG()),
		row("new SophiaG({form: 'paper'})", new SophiaG({form: 'paper'})),
		row('new SophiaH()', new SophiaH()),
	]);
});
