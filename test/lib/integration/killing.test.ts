import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {readCheckpoint} from '../../../lib/checkpoint';
import {cuda} from '../../../lib/devices';
import {temporaryDirectory} from '../temporary';
import {arithmetic, makeData, metrics, sophia, tensorBytes} from './setup';

const directory = temporaryDirectory();
const kills = cuda().available ? 3 : 20; // an emulated GPU is slow
const saveEvery = 4;
const flags =
	`--layers 2 --heads 2 --width 48 --context 32 --batch 4 --steps ${13 * kills} --checkpoint-every ${saveEvery}
	--curvature-every 3 --evaluation-every 25 --evaluation-batches 2 --threads 1`.split(/\s+/);

const train = (output: string) =>
	sophia('train', '--resume', '--data', join(directory(), 'data'), '--output', output, ...flags);

/** Whole lines of a run's metrics, as a reader finds them while it is written. */
function lines(run: string): number {
	const path = join(run, 'metrics.jsonl');
	return existsSync(path) ? readFileSync(path, 'latin1').split('\n').length - 1 : 0;
}

/** The step of the newest checkpoint, which must load; 0 when there is none. */
function checkpointStep(run: string): number {
	const path = join(run, 'last.safetensors');
	if (!existsSync(path)) {
		return 0;
	}
	return (JSON.parse(readCheckpoint(path).metadata.progress ?? '') as {step: number}).step;
}

test(`a run that is killed ${kills} times equals one that never was, bit for bit, line for line`, async () => {
	await makeData(directory());
	const [whole, killed] = ['whole', 'killed'].map((name) => join(directory(), name)) as [string, string];
	expect((await train(whole).ended).code).toBe(0);

	let state = 42;
	const random = (below: number) => {
		state = (state * 48271) % 2147483647;
		return state % below;
	};
	for (let i = 0; i < kills; i++) {
		const from = checkpointStep(killed);
		const {child, ended} = train(killed);
		const goal = from + 1 + random(2 * saveEvery);
		while (lines(killed) < goal && child.exitCode === null) {
			await setTimeout(1);
		}
		await setTimeout(random(8));
		child.kill('SIGKILL');
		expect((await ended).signal).toBe('SIGKILL');
		const done = lines(killed);
		const kept = checkpointStep(killed);
		expect(kept).toBeGreaterThanOrEqual(from);
		expect(done - kept).toBeLessThan(2 * saveEvery);
	}

	const {code, stderr} = await train(killed).ended;
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	expect(metrics(killed).map(arithmetic)).toEqual(metrics(whole).map(arithmetic));
	for (const name of ['last', 'best']) {
		const [a, b] = [whole, killed].map((run) => tensorBytes(join(run, `${name}.safetensors`)));
		expect(a?.equals(b ?? Buffer.of())).toBe(true);
	}
}, 300_000);
