import {Contender, Failure} from '../../bench/contender';
import {fake} from './setup';

const limit = 20;

async function turnOf(...how: string[]): Promise<unknown> {
	using contender = new Contender('fake', fake(...how));
	await contender.ask({ask: 'describe'}, limit);
	return await contender.ask({ask: 'turn', seconds: 0.5}, how[0] === 'hang' ? 0.2 : limit);
}

test('it answers, one question after the other', async () => {
	using contender = new Contender('fake', fake('steady', '2'));
	expect(await contender.ask({ask: 'describe'}, limit)).toEqual({name: 'fake steady'});
	expect(await contender.ask({ask: 'prepare', kind: 'product', value: 7}, limit)).toEqual({ready: true, first: 7});
	expect(await contender.ask({ask: 'turn', seconds: 0.5}, limit)).toEqual({seconds: 6, count: 3, wanted: 0.5});
	expect(contender.failure).toBeUndefined();
	expect(contender.peakMemory() ?? 1e7).toBeGreaterThan(1e6);
});

test.each([
	['crash', /^ended with exit code 3: out of luck$/],
	['hang', /^gave no answer in 0\.2 s$/],
	['rubbish', /^answered what was not asked: `warming .\[31mup`$/],
	['chatty', /^answered what was not asked: `\{"seconds":1,"count":1\}`$/],
	['endless', /^answered a line without end$/],
	['list', /^answered what was not asked: `\[1\]`$/],
])('one that does `%s` is out, with the reason, and stays out', async (how, reason) => {
	await expect(turnOf(how)).rejects.toThrow(Failure);
	await expect(turnOf(how)).rejects.toThrow(reason);
});

test('what it printed cannot command the terminal', async () => {
	const error = await turnOf('rubbish').catch((reason: unknown) => reason);
	expect((error as Error).message).not.toMatch(/[\p{Cc}]/u);
});

test('a program that is not there is a failure of the contender, not of the trial', async () => {
	using contender = new Contender('fake', {...fake(), command: '/nowhere/at/all'});
	await expect(contender.ask({ask: 'describe'}, limit)).rejects.toThrow(/^cannot be started: .*ENOENT/);
	expect(contender.failure).toBeInstanceOf(Failure);
	await expect(contender.ask({ask: 'describe'}, limit)).rejects.toThrow(Failure);
});

test('it is ended with its block, in the middle of an answer too', async () => {
	const contender = new Contender('fake', fake('hang'));
	await contender.ask({ask: 'describe'}, limit);
	const answer = contender.ask({ask: 'turn', seconds: 1}, limit);
	contender[Symbol.dispose]();
	await expect(answer).rejects.toThrow('was ended');
});
