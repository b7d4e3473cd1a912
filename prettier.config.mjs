export default {
	printWidth: 120,
	useTabs: true,
	singleQuote: true,
	bracketSpacing: false,
	overrides: [{files: ['*.json', '*.yml', '*.md'], options: {useTabs: false}}],
};
