// The longest suites first, so that no worker is left with one of them when the others have none.
const Sequencer = require('@jest/test-sequencer').default;

const longest = ['native', 'bench/commands/compare', 'docs/openwebtext', 'lib/report/page', 'lib/text/parquet'];

module.exports = class extends Sequencer {
	sort(tests) {
		const place = ({path}) => {
			const found = longest.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
			return found < 0 ? longest.length : found;
		};
		return super.sort(tests).sort((a, b) => place(a) - place(b));
	}
};
