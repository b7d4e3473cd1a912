import type {Rival, Setting} from '../../bench/rivals/rival';
import {Team} from '../../bench/team';
import {fake, fakeRival} from './setup';

const setting: Setting = {threads: 1, isa: '', python: 'python3'};
const {signal} = new AbortController();

test('who is there stands ready; who is not, or falls at the start, is absent with the reason', async () => {
	const missing: Rival = {
		name: 'missing',
		kinds: [],
		launch: () => ({missing: 'no header\u001b[31m x.h', install: 'apt install x'}),
	};
	const nowhere: Rival = {name: 'nowhere', kinds: [], launch: () => ({...fake(), command: '/nowhere/at/all'})};
	const all = [fakeRival('a', 'steady', '1'), missing, fakeRival('b', 'mute'), fakeRival('c', 'nameless'), nowhere];
	using team = await Team.start(all, setting, signal);
	expect(team.members.map(({name, title}) => [name, title])).toEqual([['a', 'fake steady']]);
	expect(team.absent).toEqual([
		{name: 'missing', reason: 'not installed: no header [31m x.h (apt install x)'},
		{name: 'b', reason: 'ended with exit code 1'},
		{name: 'c', reason: 'did not say its name'},
		{name: 'nowhere', reason: expect.stringMatching(/^cannot be started/)},
	]);
	expect(team.find('a')?.failure).toBeUndefined();
	const {peak, idle} = team.memory('a');
	if (!Number.isNaN(peak)) expect([idle > 1e6, peak >= idle]).toEqual([true, true]);
	expect(team.memory('b')).toEqual({peak: NaN, idle: NaN});
	expect(team.find('b')).toBeUndefined();
});

test('a signal ends everybody', async () => {
	const controller = new AbortController();
	using team = await Team.start([fakeRival('a', 'steady', '1')], setting, controller.signal);
	controller.abort();
	expect(team.find('a')?.failure?.message).toBe('was ended');
	await expect(Team.start([fakeRival('a', 'steady', '1')], setting, controller.signal)).rejects.toThrow();
});

test('who would start after that is not started', async () => {
	const controller = new AbortController();
	let started = false;
	const late: Rival = {
		name: 'late',
		kinds: [],
		launch(_setting, signal) {
			controller.abort(new Error('enough'));
			expect(signal?.aborted).toBe(true);
			const launch = fake('steady', '1');
			return {
				...launch,
				get command() {
					started = true;
					return launch.command;
				},
			};
		},
	};
	await expect(Team.start([late], setting, controller.signal)).rejects.toThrow('enough');
	expect(started).toBe(false);
});
