// Runs themselves, as small as they get.
import {join} from 'node:path';
import {Dataset, optimizerFromJson, requiredMemory} from 'sophia-native';
import {candidateNamed, candidateNames} from '../../../bench/candidates/index';
import {train} from '../../../bench/study/worker';
import {temporaryDirectory} from '../../lib/temporary';
import {jobOf, published, regime} from './regimes';

const directory = temporaryDirectory();
const data = () => join(directory(), 'data');
const short = {...regime, ratio: 0.05};

beforeEach(async () => {
	await Dataset.prepare({text: 'What goes up must come down. '.repeat(200), directory: data()});
});

test('a run has a loss, a curve in twentieths, and the same bits again', async () => {
	const job = jobOf({regime: short, settings: {...published, learningRate: 1e-2}});
	const [a, b] = [await train(job, data()), await train(job, data())];
	expect(a.loss).toBeLessThan(5);
	expect(a.curve).toHaveLength(20);
	expect(Number(a.curve[19])).toBeLessThan(Number(a.curve[0]));
	expect([b.loss, b.curve]).toEqual([a.loss, a.curve]);
	const other = await train({...job, seed: 1}, data());
	expect(other.loss).not.toBe(a.loss);
});

test.each(candidateNames)('%s trains', async (optimizer) => {
	const {published: settings} = candidateNamed(optimizer);
	const job = jobOf({regime: short, optimizer, settings, steps: 25});
	const {loss, losses = [], state} = await train(job, data());
	expect([loss, losses.length, losses.every(Number.isFinite)]).toEqual([null, 25, true]);
	expect(Number(losses[24])).toBeLessThan(Number(losses[0]));
	const {shape, length, vocabulary} = regime;
	const model = {...shape, context: length, vocabulary};
	const needed = requiredMemory({model, optimizer: optimizerFromJson(candidateNamed(optimizer).optimizer(settings))});
	expect(state).toBe(Object.values(needed.state).reduce((sum, bytes) => sum + bytes, 0));
});

test('a run of some steps has their losses, and its own once its course is over', async () => {
	const two = {...regime, ratio: (2 * 64) / (20 * 3072)};
	expect(await train(jobOf({regime: two, steps: 1}), data())).toMatchObject({loss: null, losses: [expect.any(Number)]});
	const {loss, losses} = await train(jobOf({regime: two, steps: 2}), data());
	expect([losses?.length, loss]).toEqual([2, (await train(jobOf({regime: two}), data())).loss]);
});

test('one that diverges ends, and has no loss', async () => {
	const wild = {...published, learningRate: 1e6, clip: 0, warmup: 0};
	const {loss, curve} = await train(jobOf({regime: short, settings: wild}), data());
	expect(loss).toBeNull();
	expect(curve.length).toBeLessThan(20);
});

test('what the settings say is what is run', async () => {
	const losses = async (changes: object) => {
		const settings = {...published, learningRate: 1e-2, ...changes};
		return (await train(jobOf({regime: short, settings, steps: 6}), data())).losses;
	};
	const plain = await losses({});
	for (const changes of [{clip: 1e-3, epsilon: 1}, {warmup: 0.5}, {weightDecay: 5}, {beta1: 0.5}, {beta2: 0.5}]) {
		expect(await losses(changes)).not.toEqual(plain);
	}
});
