/** The rows of whole training steps: GPT-2 124M and smaller, in float32 and in bf16. */
import {wantedOf} from '../options';
import {digits, disturbance, shown, type Race} from '../race';
import type {Column} from '../report';
import type {Team} from '../team';
import type {Row, Trial} from '../trial';
import {leanest, memoryOf, type Memory} from './memory';
import {fourLayers, sixLayers, twelveLayers, type Model} from './models';
import type {Course} from './step';

/** `aim` is what is hoped for beside tuned PyTorch, where 1 is what is wanted; `share` is wanted of the peak. */
const models: readonly (Model & {readonly aim: number; readonly share?: number})[] = [
	{...twelveLayers, aim: 1.15},
	{...twelveLayers, name: '124M, B4 T256', length: 256, aim: 1.15, share: 0.78},
	{...twelveLayers, name: '124M, B1 T1024', batch: 1, length: 1024, aim: 1.15},
	{...sixLayers, aim: 1.2},
	{...fourLayers, aim: 1.2},
];

const rivalsOf = {float32: ['PyTorch', 'PyTorch tuned'], bfloat16: ['PyTorch tuned', 'PyTorch bf16']} as const;

/** Everybody is started anew for each row, so that the most memory of a process is the row's. */
export async function rowsPart({trial, setting, seconds, dtypes}: Course): Promise<void> {
	const rows = wantedOf(models, trial.settings);
	if (trial.expect(rows.length * dtypes.length) > 0) {
		trial.report.table(columns);
	}
	for (const dtype of dtypes as readonly (keyof typeof rivalsOf)[]) {
		const names = ['ours', ...(dtype === 'bfloat16' ? ['ours bf16'] : []), ...rivalsOf[dtype], 'peak'];
		for (const model of rows) {
			using team = await trial.team(setting, ['step', 'peak'], names);
			const race = await trial.race(team, rowOf(model, dtype, setting.threads, trial.folder), seconds);
			tell(trial, team, model, dtype, race);
		}
	}
}

function rowOf({name, ...model}: Model, dtype: string, threads: number, folder: string): Row {
	const of = {kind: 'step', ...model, dtype, threads, folder};
	const caseOf = (contender: string) => ({
		...of,
		kind: contender === 'peak' ? 'peak' : 'step',
		dtype: contender === 'ours' ? 'float32' : dtype,
	});
	return {name: `${name}, ${dtype}`, of, caseOf};
}

const columns: readonly Column[] = [
	{title: 'training step, tokens/s', width: 28, left: true},
	{title: 'ours', width: 8},
	{title: 'ours bf16', width: 9},
	{title: 'PyTorch', width: 8},
	{title: 'tuned', width: 8},
	{title: 'bf16', width: 8},
	{title: 'of tuned', width: 18},
	{title: 'of the peak', width: 18},
	{title: 'MB beyond 16 N', width: 18},
	{title: 'and beyond idle', width: 18},
];

function tell(trial: Trial, team: Team, model: (typeof models)[number], dtype: string, race: Race): void {
	const tokens = model.batch * model.length;
	const rate = (who: string) => digits(tokens / (race.seconds(who) ?? NaN), 0);
	const half = dtype === 'bfloat16';
	const [who, other] = half ? ['ours bf16', 'PyTorch bf16'] : ['ours', 'PyTorch tuned'];
	const {operations = NaN, parameters = NaN} = race.outcomes.get(who)?.facts ?? {};
	const peak = race.share(who, operations, 'peak', race.outcomes.get('peak')?.facts.operations ?? NaN);
	const memory = memoryOf(trial, team, race, 16 * parameters);
	const own = memory(who);
	const theirs = leanest((half ? [other] : ['PyTorch', other]).map(memory));
	trial.report.row([
		race.name + (race.disturbed('peak') ? disturbance : ''),
		...['ours', 'ours bf16', 'PyTorch', 'PyTorch tuned', 'PyTorch bf16'].map(rate),
		shown(race.speedup(who, other)),
		shown(peak),
		`${digits(own.beyond, 0)} to ${digits(theirs.beyond, 0)}`,
		`${digits(own.beyondIdle, 0)} to ${digits(theirs.beyondIdle, 0)}`,
	]);
	trial.tellReasons(race, 'peak');
	tellSpeed(trial, model, race, half, peak?.middle);
	if (!half && parameters > 1e8) {
		tellMemory(trial, race, own, theirs);
	}
}

function tellSpeed(trial: Trial, model: (typeof models)[number], race: Race, half: boolean, peak?: number): void {
	const goal = (what: string, measured: number | undefined, wanted: number, note?: string) =>
		trial.goal({what: `${what}, ${race.name}`, measured: measured ?? NaN, wanted, ...(note && {note})});
	const against = (who: string, other: string) => race.speedup(who, other)?.middle;
	if (half) {
		goal('3: bf16 against our float32', against('ours bf16', 'ours'), 1.6);
		goal("3: bf16 against tuned PyTorch's", against('ours bf16', 'PyTorch bf16'), 1.2);
		return;
	}
	goal('2: step against tuned PyTorch', against('ours', 'PyTorch tuned'), 1, `the aim is ${model.aim}`);
	goal('2: step against stock PyTorch', against('ours', 'PyTorch'), 1.9);
	if (model.share !== undefined) {
		goal('2: step against the peak', peak, model.share, 'of attention, the half below the diagonal counts');
	}
}

function tellMemory(trial: Trial, race: Race, own: Memory, theirs: Memory): void {
	const what = `6: memory beyond 16 bytes for a parameter, against PyTorch's, stock or tuned, ${race.name}`;
	const idle = digits(own.beyondIdle / theirs.beyondIdle, 3);
	const note = `beside ${theirs.name}, which takes less; ${idle} beyond what each process had before any work`;
	trial.goal({what, measured: own.beyond / theirs.beyond, wanted: 0.5, atMost: true, note});
}
