#!/usr/bin/env node
// Stands in for node-gyp under prebuildify: the same CMake build, without Node's headers and without starting afresh.
const {spawnSync} = require('node:child_process');
const {join} = require('node:path');

const root = join(__dirname, '..', '..');
const {status} = spawnSync(
	'cmake',
	[
		`-DSOURCE_DIR=${root}`,
		`-DBUILD_DIR=${join(root, 'build', 'cmake')}`,
		`-DPRODUCT_DIR=${join(root, 'build', 'Release')}`,
		'-DCONFIG=Release',
		'-P',
		join(__dirname, 'gyp-build.cmake'),
	],
	{stdio: 'inherit'},
);
process.exit(status ?? 1);
