// Checks the layout of every file: prettier for all that it knows, clang-format for C++ and CUDA.
//
//   node test/format.mjs [--write]
import {spawnSync} from 'node:child_process';
import {chmodSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

const {resolve} = createRequire(import.meta.url);
const write = process.argv.includes('--write');
process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const run = (command, args) => spawnSync(command, args, {stdio: 'inherit'}).status ?? 1;
const tracked = (...patterns) =>
	spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], {encoding: 'utf8'})
		.stdout.split('\n')
		.filter(Boolean);

const {clangFormatPath} = createRequire(import.meta.url)('clang-format-node');
chmodSync(clangFormatPath, 0o755); // its install script may have been blocked
const statuses = [
	run(process.execPath, [resolve('prettier/bin/prettier.cjs'), write ? '--write' : '--check', '--log-level=warn', '.']),
	run(clangFormatPath, [...(write ? ['-i'] : ['--dry-run', '--Werror']), ...tracked('*.h', '*.cpp', '*.cu')]),
];
process.exit(Math.max(...statuses));
