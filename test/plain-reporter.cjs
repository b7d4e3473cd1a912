/** Ends a run of jest with one plain line: `N passed, N failed, N skipped`. A file that does not load is a failure. */
module.exports = class PlainReporter {
	onRunComplete(_contexts, results) {
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		const skipped = results.numPendingTests + results.numTodoTests;
		console.log(`${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
	}
};
