import {defineConfig} from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
	{ignores: ['build/', 'dist/', 'prebuilds/', '**/*.cjs', '**/*.mjs']},
	tseslint.configs.strictTypeChecked,
	tseslint.configs.stylisticTypeChecked,
	{
		languageOptions: {
			parserOptions: {project: ['test/tsconfig.json', 'lib/browser/tsconfig.json', 'bench/browser/tsconfig.json']},
		},
		rules: {
			'@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
			'@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
		},
	},
	{
		files: ['lib/browser/*.js', 'bench/browser/*.js'], // scripts of one page, which share its globals
		languageOptions: {sourceType: 'script'},
	},
	{
		files: ['test/**'], // jest's matchers are of type any
		rules: {'@typescript-eslint/no-unsafe-argument': 'off', '@typescript-eslint/no-unsafe-assignment': 'off'},
	},
);
