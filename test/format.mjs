// The layout of every file: prettier for all that it knows, clang-format for C, C++ and CUDA.
//
//   node test/format.mjs [--write] [paths]        without --write it only checks
import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

const require = createRequire(import.meta.url);
const write = process.argv.includes('--write');
const given = process.argv.slice(2).filter((argument) => argument !== '--write');
const paths = given.length > 0 ? given : ['.'];
process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

function run(command, ...args) {
	return spawnSync(command, args, {stdio: 'inherit'}).status ?? 1;
}

const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...paths]);
const native = files.stdout
	.toString()
	.split('\n')
	.filter((file) => /\.(h|c|cpp|cu)$/.test(file) && existsSync(file));
const {clangFormatPath} = require('clang-format-node');
chmodSync(clangFormatPath, 0o755); // what the install script does, where npm did not block it

const options = ['--log-level=warn', '--ignore-unknown', '--no-error-on-unmatched-pattern'];
const prettier = [require.resolve('prettier/bin/prettier.cjs'), write ? '--write' : '--check', ...options];
const statuses = [
	run(process.execPath, ...prettier, ...paths),
	native.length > 0 ? run(clangFormatPath, ...(write ? ['-i'] : ['--dry-run', '--Werror']), ...native) : 0,
];
process.exit(Math.max(...statuses));
