import {appendFileSync, truncateSync} from 'node:fs';
import {join} from 'node:path';
import {History} from '../../../lib/report/history';
import {temporaryDirectory} from '../temporary';
import {addSteps} from './runs';

const directory = temporaryDirectory();

describe('a history', () => {
	test('has the last of every number, the time of every phase, and all steps', async () => {
		const history = new History(addSteps(directory(), 1, 100));
		expect(await history.advance()).toBe(true);
		expect(history.newest.get('step')).toBe(100);
		expect(history.newest.get('validationLoss')).toBeGreaterThan(1);
		expect(history.newest.get('milliseconds.backward')).toBe(24);
		expect(history.spent.get('milliseconds.backward')).toBeCloseTo(2400);
		expect(history.spent.get('milliseconds.evaluation')).toBeCloseTo(1400);
		expect(history.hours * 3600).toBeCloseTo(5.3, 0);
		expect(history.size).toEqual({length: 100, width: 1});
	});

	test('knows only numbers that the page shows', async () => {
		const more = () => ({flops: 1, surprise: 2, gradientNorm: 'text', milliseconds: [1], __proto__: {x: 1}});
		const history = new History(addSteps(directory(), 1, 2, more));
		await history.advance();
		expect([...history.newest.keys()]).not.toEqual(expect.arrayContaining(['flops']));
		expect(history.newest.has('surprise')).toBe(false);
		expect(history.newest.has('gradientNorm')).toBe(false);
		expect(history.hours).toBe(0);
	});

	test('counts losses that are not finite and keeps the last warnings', async () => {
		const more = (step: number) => ({...(step > 20 ? {loss: null} : {}), warning: `at ${step}`});
		const history = new History(addSteps(directory(), 1, 30, more));
		await history.advance();
		expect(history.lost).toBe(10);
		expect(history.warnings.map(({text}) => text).slice(-2)).toEqual(['at 29', 'at 30']);
		expect(history.warnings).toHaveLength(20);
	});

	test('begins again when a resumed run has cut its file back', async () => {
		const history = new History(addSteps(directory(), 1, 30));
		await history.advance();
		const {beginning} = history;
		truncateSync(join(directory(), 'metrics.jsonl'), 0);
		addSteps(directory(), 1, 12, () => ({loss: 7}));
		await history.advance();
		expect(history.newest.get('loss')).toBe(7);
		expect(history.slice().mean.loss).toHaveLength(12);
		expect(history.beginning).toBe(beginning + 1);
	});

	test('of an empty file is empty', async () => {
		appendFileSync(join(directory(), 'metrics.jsonl'), '');
		const history = new History(directory());
		expect(await history.advance()).toBe(false);
		expect(history.newest.size).toBe(0);
		expect(history.slice()).toEqual({width: 1, from: 0, mean: {}, low: {}, high: {}});
	});
});
