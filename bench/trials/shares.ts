/** The optimizer's part of a training step of GPT-2 124M, for every optimizer. */
import {wantedOf} from '../options';
import {digits, shown, type Race} from '../race';
import type {Column} from '../report';
import type {Setting} from '../rivals/rival';
import type {Trial} from '../trial';
import {twelveLayers} from './models';

/** Whole cycles are timed: of a curvature, of a basis, of an update of a preconditioner. */
interface Share {
	readonly name: string;
	readonly optimizer: string;
	readonly options?: object;
	readonly cycle?: number;
}

/** Kron's updates, as rare as they get. */
const rare = 20;

const everybody: readonly Share[] = [
	{name: 'AdamW', optimizer: 'adamw'},
	{name: 'NAdamW', optimizer: 'nadamw'},
	{name: 'Cautious AdamW', optimizer: 'cautious-adamw'},
	{name: 'MARS', optimizer: 'mars'},
	{name: 'Adam-mini', optimizer: 'adam-mini'},
	{name: 'Lion', optimizer: 'lion'},
	{name: 'Cautious Lion', optimizer: 'cautious-lion'},
	{name: 'SGD', optimizer: 'sgd'},
	{name: 'Sophia-G', optimizer: 'sophia-g', cycle: 10},
	{name: 'Sophia-H', optimizer: 'sophia-h', cycle: 10},
	{name: 'Muon', optimizer: 'muon'},
	{name: 'Scion', optimizer: 'scion'},
	{name: 'SOAP, blocks of 256', optimizer: 'soap', options: {block: 256, preconditionEvery: 10}, cycle: 10},
	{name: 'Kron, at first', optimizer: 'kron'},
	{
		name: 'Kron, at last',
		optimizer: 'kron',
		options: {flatStart: 0, probabilityDecay: 1e3, leastProbability: 1 / rare},
		cycle: rare,
	},
];

const model = {...twelveLayers, length: 256};

const columns: readonly Column[] = [
	{title: '124M, B4 T256', width: 22, left: true},
	{title: 'ms a step', width: 10},
	{title: "ms of the optimizer's", width: 21},
	{title: "the optimizer's part, %", width: 23},
];

/** A process for each, one after the other: each holds the whole model. */
export async function sharesPart(trial: Trial, setting: Setting, seconds: number): Promise<void> {
	const rows = wantedOf(everybody, trial.settings);
	if (trial.expect(rows.length) > 0) {
		trial.report.table(columns);
	}
	const shape = Object.fromEntries(Object.entries(model).filter(([key]) => key !== 'name'));
	for (const {name, optimizer, options = {}, cycle = 1} of rows) {
		using team = await trial.team(setting, ['step'], ['ours']);
		const {threads} = setting;
		const how = {optimizer, options: JSON.stringify(options), cycle, folder: trial.folder};
		const of = {kind: 'step', ...shape, dtype: 'float32', threads, ...how};
		tell(trial, await trial.race(team, {name, of, caseOf: () => of}, seconds));
	}
}

function tell(trial: Trial, race: Race): void {
	const [seconds = NaN, part] = [race.seconds('ours'), race.own('ours')];
	const percent = part && {low: 100 * part.low, middle: 100 * part.middle, high: 100 * part.high};
	const own = 1e3 * seconds * (part?.middle ?? NaN);
	trial.report.row([race.name, digits(1e3 * seconds, 1), digits(own, 1), shown(percent, 1)]);
	trial.tellReasons(race);
}
