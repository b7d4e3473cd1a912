/** `sophia-bench step`: whole training steps, against PyTorch and against what the processor can do at most. */
import type {Option, Settings} from '#lib/cli/options';
import {commonOptions, countOf, listOf, pythonOf, secondsOf, standardThreads} from '../options';
import {curvaturePart} from './curvature';
import {cyclesPart} from './cycles';
import {rowsPart} from './rows';
import {scalingPart} from './scaling';
import type {Setting} from '../rivals/rival';
import {Trial} from '../trial';

/** What the step is looked at for. */
const parts = {rows: rowsPart, cycles: cyclesPart, curvature: curvaturePart, scaling: scalingPart};
type Part = keyof typeof parts;

const standard = {seconds: 1};

export const stepOptions: readonly Option[] = [
	{name: 'parts', kind: 'string', help: 'what to measure, with commas', standard: Object.keys(parts).join()},
	{name: 'dtype', kind: 'string', help: 'float32, bfloat16: which, with commas', standard: 'float32,bfloat16'},
	{name: 'threads', kind: 'number', help: 'how many', standard: 'all'},
	{name: 'seconds', kind: 'number', help: 'of a turn, at least', standard: standard.seconds},
	...commonOptions,
];

/** A part of the trial. */
export interface Course {
	readonly trial: Trial;
	readonly setting: Setting;
	readonly seconds: number;
	readonly dtypes: readonly string[];
}

/** Measures the parts, and tells what is reached of goals 2, 3 and 5 to 8. */
export async function step(settings: Settings): Promise<void> {
	const wanted = listOf(settings, 'parts', Object.keys(parts), Object.keys(parts)) as readonly Part[];
	const setting = {
		threads: countOf(settings, 'threads', standardThreads().at(-1) ?? 1),
		isa: '',
		python: pythonOf(settings),
	};
	const seconds = secondsOf(settings, standard.seconds);
	const dtypes = listOf(settings, 'dtype', ['float32', 'bfloat16'], ['float32', 'bfloat16']);
	using trial = new Trial('step', settings);
	try {
		for (const part of wanted) {
			await parts[part]({trial, setting, seconds, dtypes});
		}
		trial.expectSome();
	} finally {
		trial.end();
	}
}
