/** What a step of Sophia costs beside one of AdamW, over whole cycles of a refresh and the steps until the next. */
import {renamed, wantedOf} from '../options';
import {digits, shown, type Race} from '../race';
import type {Column} from '../report';
import {ours} from '../rivals/ours';
import type {Trial} from '../trial';
import {twelveLayers, sixLayers, fourLayers, type Model} from './models';
import type {Course} from './step';

const cycle = 10;

/** Fifteen sequences, so that one of them is a fifteenth. */
const models: readonly Model[] = [
	{...twelveLayers, name: '124M, B15 T64', batch: 15, length: 64},
	{...sixLayers, name: '6×384, B15 T256', batch: 15},
	{...fourLayers, name: '4×128, B15 T64', batch: 15},
];

const adamw = {name: 'AdamW', optimizer: 'adamw'};

/** What each may cost, in steps of AdamW. */
const sophias = [
	{name: 'Sophia-G, after', optimizer: 'sophia-g', timing: 'after', most: 1.12},
	{name: 'Sophia-G, before', optimizer: 'sophia-g', timing: 'before', most: 1.08},
	{name: 'Sophia-H, 1/15', optimizer: 'sophia-h', fraction: 1 / 15, most: 1.05},
] as const;

const everybody = [adamw, ...sophias];

/** Each optimizer has a process of its own, with the same model. */
export async function cyclesPart({trial, setting, seconds}: Course): Promise<void> {
	const rows = wantedOf(models, trial.settings);
	if (trial.expect(rows.length) > 0) {
		trial.report.table(columns);
	}
	for (const {name, ...model} of rows) {
		using team = await trial.start(
			setting,
			renamed(
				ours,
				everybody.map((each) => each.name),
			),
		);
		const of = {...model, kind: 'step', dtype: 'float32', threads: setting.threads, folder: trial.folder, cycle};
		const caseOf = (who: string) => {
			const {optimizer, ...how} = everybody.find((each) => each.name === who) ?? adamw;
			return {...of, ...how, optimizer};
		};
		tell(trial, await trial.race(team, {name, of, caseOf}, seconds));
	}
}

const columns: readonly Column[] = [
	{title: 'ms a step, and in AdamW', width: 26, left: true},
	{title: adamw.name, width: 8},
	...sophias.flatMap(({name}) => [
		{title: name, width: 16},
		{title: '', width: 18},
	]),
];

function tell(trial: Trial, race: Race): void {
	const ms = (who: string) => digits(1e3 * (race.seconds(who) ?? NaN), 2);
	const cost = (who: string) => race.speedup(adamw.name, who);
	trial.report.row([race.name, ms(adamw.name), ...sophias.flatMap(({name}) => [ms(name), shown(cost(name), 3)])]);
	trial.tellReasons(race);
	for (const {name, most} of sophias) {
		const measured = cost(name)?.middle ?? NaN;
		trial.goal({what: `5: ${name}, in steps of AdamW, ${race.name}`, measured, wanted: most, atMost: true});
	}
}
