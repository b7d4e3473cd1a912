import {describe as text, Progress} from '../../../lib/cli/progress';
import type {StepReport} from '../../../lib/metrics';
import {MemoryOutput} from '../output';

const report = (step: number, more: Partial<StepReport> = {}) =>
	({step, loss: 2, tokens: 100 * step, tokensPerSecond: 100, learningRate: 1e-3, winRate: 0.25, ...more}) as StepReport;

/** Shows steps that take a second each. */
function show(steps: number, output: MemoryOutput, more: (step: number) => Partial<StepReport> = () => ({})): string {
	let now = 0;
	const progress = new Progress(steps, output, () => now);
	for (let step = 1; step <= steps; step++) {
		now++;
		progress.show(report(step, more(step)));
	}
	progress.end();
	return output.text;
}

describe('progress', () => {
	test('says loss, time left, speed, win rate and learning rate', () => {
		const shown = 'loss 2.0000  1m 05s left  100 tokens/s  win rate 0.25  learning rate 1.00e-3';
		expect(text(report(1), 65)).toBe(shown);
		expect(text(report(1, {winRate: 0}), 65)).not.toMatch(/win rate/);
		expect(text(report(1, {validationLoss: 1.5}), 65)).toMatch('validation 1.5000');
	});

	test('is plain lines off a terminal, every two seconds and at the end', () => {
		const lines = show(4, new MemoryOutput()).trimEnd().split('\n');
		expect(lines.map((line) => line.split('  ')[0])).toEqual(['step 1/4', 'step 3/4', 'step 4/4']);
		expect(lines[1]).toMatch(/ 1s left /);
		expect(lines[2]).toMatch(/ 0s left /);
	});

	test('never leaves an evaluation or a warning out', () => {
		const shown = show(4, new MemoryOutput(), (step) => ({
			...(step === 2 ? {validationLoss: 1.75} : {}),
			...(step === 4 ? {warning: 'the win rate is 0'} : {}),
		}));
		expect(shown).toMatch(/step 2\/4 .*validation 1\.7500/);
		expect(shown).toMatch('warning at step 4: the win rate is 0\n');
	});

	test('is a bar on a terminal, with evaluations above it', () => {
		const shown = show(3, new MemoryOutput(true), (step) => (step === 2 ? {trainLoss: 1.5, validationLoss: 1.75} : {}));
		expect(shown).toMatch('step 2: train loss 1.5000, validation loss 1.7500\n');
		expect(shown).toMatch(/3\/3 {2}loss 2\.0000/);
	});
});
