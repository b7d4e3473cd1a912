import tseslint from 'typescript-eslint';

export default tseslint.config(
	{ignores: ['build/', 'dist/', 'prebuilds/', '**/*.cjs', '**/*.mjs']},
	tseslint.configs.strictTypeChecked,
	tseslint.configs.stylisticTypeChecked,
	{
		languageOptions: {parserOptions: {project: ['test/tsconfig.json']}},
		rules: {
			'@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
			'@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
		},
	},
);
