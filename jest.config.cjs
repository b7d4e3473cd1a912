/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: {'^.+\\.m?ts$': ['ts-jest', {tsconfig: '<rootDir>/test/tsconfig.json'}]},
	moduleNameMapper: {'^sophia-native$': '<rootDir>/lib/index.ts', '^#lib/(.*)$': '<rootDir>/lib/$1.ts'},
	modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
	testTimeout: 120_000,
	maxWorkers: '100%', // the native tests beside the others
	testSequencer: '<rootDir>/test/sequencer.cjs',
	reporters: ['default', '<rootDir>/test/plain-reporter.cjs'],
};
