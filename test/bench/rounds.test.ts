import {Contender} from '../../bench/contender';
import {compete, type Pace} from '../../bench/rounds';
import {fake} from './setup';

const open: Contender[] = [];
afterEach(() => open.splice(0).forEach((contender) => contender[Symbol.dispose]()));

const pace = (more: Partial<Pace> = {}): Pace => ({
	rounds: 3,
	seconds: 0.01,
	limit: 20,
	signal: new AbortController().signal,
	...more,
});

function entry(how: readonly string[], of: object = {}) {
	const contender = new Contender(how.join(' '), fake(...how));
	open.push(contender);
	return {contender, of: {kind: 'product', ...of}};
}

test('everybody has a turn in each round, and times are those of one run', async () => {
	const rounds: number[] = [];
	const entries = [entry(['steady', '2']), entry(['steady', '0.5'], {operations: 9})];
	const outcomes = await compete(entries, pace({onRound: (round) => rounds.push(round)}));
	expect(outcomes).toEqual([
		{seconds: [2, 2, 2], facts: {ready: true}},
		{seconds: [0.5, 0.5, 0.5], facts: {ready: true, operations: 9}},
	]);
	expect(rounds).toEqual([0, 1, 2]);
});

test("the optimizer's part of a turn is kept, for one run as well", async () => {
	const outcomes = await compete([entry(['divided', '6'])], pace({rounds: 2}));
	expect(outcomes).toEqual([{seconds: [6, 6], own: [2, 2], facts: {ready: true}}]);
});

test('who refuses, crashes, hangs, prints rubbish or gives no time is left out with the reason; the rest goes on', async () => {
	const hows = ['crash', 'hang', 'rubbish', 'timeless', 'refuse'];
	const entries = [
		...hows.map((how) => entry([how])),
		entry(['steady', '1'], {impossible: true}),
		entry(['steady', '1']),
	];
	const outcomes = await compete(entries, pace({limit: 1}));
	expect(outcomes.map(({reason}) => reason)).toEqual([
		'ended with exit code 3: out of luck',
		'gave no answer in 1 s',
		expect.stringMatching(/^answered what was not asked/),
		'gave no time',
		'too late',
		'impossible',
		undefined,
	]);
	expect(outcomes.map(({seconds}) => seconds.length)).toEqual([0, 0, 0, 0, 0, 0, 3]);
});

test('the order of turns differs from round to round', async () => {
	const order: string[] = [];
	const entries = ['1', '2', '3', '4'].map((seconds) => entry(['steady', seconds]));
	for (const {contender} of entries) {
		const ask = contender.ask.bind(contender);
		contender.ask = (request, limit) => {
			if (request.ask === 'turn') order.push(contender.name);
			return ask(request, limit);
		};
	}
	await compete(entries, pace({rounds: 8}));
	const rounds = Array.from({length: 8}, (_, i) => order.slice(4 * i, 4 * i + 4));
	expect(rounds.every((round) => new Set(round).size === 4)).toBe(true);
	expect(new Set(rounds.map((round) => round.join())).size).toBeGreaterThan(1);
});

test('a signal ends it with its reason, and nobody is blamed', async () => {
	const controller = new AbortController();
	const hanging = entry(['hang']);
	const running = compete([hanging], pace({signal: controller.signal}));
	setTimeout(() => {
		controller.abort(new Error('enough'));
		hanging.contender[Symbol.dispose]();
	}, 300);
	await expect(running).rejects.toThrow('enough');
});
