import {execFileSync} from 'node:child_process';
import {appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Follower} from '../../lib/follower';
import {temporaryDirectory} from './temporary';
import {damaged, dice} from './text/streams';

const directory = temporaryDirectory();
const path = () => join(directory(), 'metrics.jsonl');
const lines = (...steps: number[]) => steps.map((step) => `{"step":${step},"loss":${step / 2}}\n`).join('');

/** A follower of the file, and the steps that hold. */
function follow() {
	let steps: number[] = [];
	let resets = 0;
	const follower = new Follower(path(), {
		take: ({step}) => steps.push(step),
		reset() {
			steps = [];
			resets++;
		},
	});
	return {advance: async () => follower.advance(), steps: () => steps, resets: () => resets};
}

describe('a follower', () => {
	test('reads each line once, as the file grows', async () => {
		writeFileSync(path(), lines(1, 2));
		const {advance, steps} = follow();
		expect(await advance()).toBe(true);
		expect(await advance()).toBe(false);
		appendFileSync(path(), lines(3));
		expect(await advance()).toBe(true);
		expect(steps()).toEqual([1, 2, 3]);
	});

	test('leaves a last line that is torn until it is whole', async () => {
		const [whole, torn] = [lines(1), lines(2)];
		writeFileSync(path(), whole + torn.slice(0, 9));
		const {advance, steps} = follow();
		await advance();
		expect(steps()).toEqual([1]);
		appendFileSync(path(), torn.slice(9));
		await advance();
		expect(steps()).toEqual([1, 2]);
	});

	test('reads lines that lie across its chunks, and characters that do', async () => {
		const text = Array.from({length: 3000}, (_, i) => `${JSON.stringify({step: i + 1, warning: 'ρ'.repeat(97)})}\n`);
		writeFileSync(path(), text.join(''));
		const {advance, steps} = follow();
		await advance();
		expect(steps()).toHaveLength(3000);
	});

	test.each([
		['shorter', lines(1, 2)],
		['as long, with other steps', lines(1, 2, 3, 4)],
		['longer', lines(1, 2, 3, 4, 5, 6, 7)],
		['cut within a line, and longer', `{"step":1,"loss":0.123456789}\n${lines(2, 3, 4, 5)}`],
		['another one under its name', ''],
	])('reads a file again that is %s', async (_, after) => {
		writeFileSync(path(), lines(1, 2, 5, 6));
		const {advance, steps, resets} = follow();
		await advance();
		truncateSync(path(), 0);
		writeFileSync(path(), after + lines(9));
		await advance();
		const expected = readFileSync(path(), 'utf8').match(/(?<="step":)\d+/g);
		expect(steps()).toEqual(expected?.map(Number));
		expect(resets()).toBe(1);
	});

	test.each([
		['no JSON', 'nonsense\n', /^Expected the report of a step in line 2 of `.*`, got `nonsense`$/],
		['a list', '[1]\n', /line 2 .*got `\[ 1 \]`$/],
		['nothing', '\n', /line 2 .*got ``$/],
		['null', 'null\n', /line 2 .*got `NaN`$/],
		['a report without its step', '{"loss":1}\n', /line 2 .*got `\{ loss: 1 \}`$/],
		['half a step', '{"step":1.5}\n', /line 2/],
		['an endless depth', `${'['.repeat(100_000)}\n`, /line 2/],
		['a step that is not later', lines(1), /^Expected line 2 of `.*` to be of a step above 1, got step 1$/],
		['a line without an end', `"${'x'.repeat(3 << 20)}`, /^Expected line 2 of `.*` to end within 1048576 bytes$/],
	])('takes %s for damage, and says in which line', async (_, line, message) => {
		writeFileSync(path(), lines(1) + line);
		const failing = follow().advance();
		await expect(failing).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
		await expect(failing).rejects.toThrow(message);
	});

	test('of what is no file, or none at all, says so', async () => {
		await expect(follow().advance()).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		mkdirSync(path());
		await expect(follow().advance()).rejects.toThrow('to be a regular file, got a directory');
	});

	test('takes damaged bytes for steps that rise, or for an error with a code', async () => {
		const whole = lines(...Array.from({length: 40}, (_, i) => i + 1)).replaceAll(
			'"loss"',
			'"milliseconds":{"data":1},"loss"',
		);
		const outcomes = {fine: 0, damaged: 0};
		for (let round = 1; round <= 1000; round++) {
			writeFileSync(path(), damaged(Buffer.from(whole), dice(round)));
			const {advance, steps} = follow();
			try {
				await advance();
				outcomes.fine++;
			} catch (error) {
				expect(error).toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
				expect((error as Error).message.length).toBeLessThan(1000);
				outcomes.damaged++;
			}
			expect(steps().every((step, i) => Number.isSafeInteger(step) && step > (steps()[i - 1] ?? 0))).toBe(true);
			expect(steps().length).toBeLessThanOrEqual(whole.length / '{"step":1}'.length);
		}
		expect(Math.min(outcomes.fine, outcomes.damaged)).toBeGreaterThan(200);
	});

	test('goes on, or says what is wrong, when the bytes change between two looks', async () => {
		const whole = Buffer.from(lines(...Array.from({length: 20}, (_, i) => i + 1)));
		for (let round = 1; round <= 300; round++) {
			const roll = dice(round);
			const {advance, steps} = follow();
			writeFileSync(path(), whole.subarray(0, roll(whole.length)));
			await advance();
			writeFileSync(path(), damaged(whole, roll));
			const problem = await advance().then(
				() => undefined,
				(error: unknown) => error,
			);
			expect(problem ?? {code: 'ERR_SOPHIA_FORMAT'}).toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
			expect(steps().every((step, i) => step > (steps()[i - 1] ?? 0))).toBe(true);
		}
	});

	test('does not wait for a pipe', async () => {
		execFileSync('mkfifo', [path()]);
		await expect(follow().advance()).rejects.toThrow('to be a regular file, got a pipe');
	});
});
