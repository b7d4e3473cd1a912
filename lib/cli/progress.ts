/** How a run shows itself: a bar on a terminal, plain lines anywhere else. */
import {SingleBar} from 'cli-progress';
import {timeLeft} from '../duration';
import type {StepReport} from '../metrics';

/** Where it is written, such as `process.stdout`. */
export type Output = NodeJS.WritableStream & {readonly isTTY?: boolean};

/** Seconds between two plain lines, evaluations and the last step aside. */
const lineInterval = 2;

/** Shows the steps of one run. */
export class Progress {
	readonly #steps: number;
	readonly #output: Output;
	readonly #bar: SingleBar | undefined;
	readonly #now: () => number;
	#begun: {readonly step: number; readonly time: number} | undefined;
	#shown = -Infinity;

	/** @param now the time, in seconds */
	constructor(steps: number, output: Output = process.stdout, now = () => performance.now() / 1e3) {
		this.#steps = steps;
		this.#output = output;
		this.#now = now;
		this.#bar = output.isTTY === true ? makeBar(output) : undefined;
	}

	/** Shows a step. */
	show(report: StepReport): void {
		this.#begun ??= {step: report.step - 1, time: this.#now() - stepSeconds(report)};
		if (this.#bar === undefined) {
			this.#line(report);
		} else {
			this.#drawBar(this.#bar, report);
		}
	}

	/** Says what is wrong at a step. */
	warn(step: number, warning: string): void {
		this.#output.write(`${this.#bar === undefined ? '' : '\r\u001B[K'}warning at step ${step}: ${warning}\n`);
	}

	/** Leaves the bar as it is and ends its line. */
	end(): void {
		this.#bar?.stop();
	}

	#line(report: StepReport): void {
		const due = report.step === this.#steps || report.validationLoss !== undefined || report.warning !== undefined;
		if (due || this.#now() - this.#shown >= lineInterval) {
			this.#shown = this.#now();
			this.#output.write(`step ${report.step}/${this.#steps}  ${describe(report, this.#left(report))}\n`);
			this.#note(report);
		}
	}

	#drawBar(bar: SingleBar, report: StepReport): void {
		const text = describe({...report, validationLoss: undefined}, this.#left(report));
		if (this.#shown === -Infinity) {
			this.#shown = 0;
			bar.start(this.#steps, report.step, {text});
		}
		if (report.validationLoss !== undefined) {
			this.#output.write(`\r\u001B[Kstep ${report.step}: ${losses(report)}\n`);
		}
		this.#note(report);
		bar.update(report.step, {text});
	}

	#note({step, warning}: StepReport): void {
		if (warning !== undefined) {
			this.warn(step, warning);
		}
	}

	#left({step}: StepReport): number {
		const {step: first, time} = this.#begun ?? {step: 0, time: 0};
		return ((this.#now() - time) / (step - first)) * (this.#steps - step);
	}
}

function makeBar(stream: NodeJS.WritableStream): SingleBar {
	return new SingleBar({format: '{bar} {value}/{total}  {text}', stream, barsize: 20, hideCursor: true, fps: 10});
}

type Shown = Omit<StepReport, 'validationLoss'> & {readonly validationLoss?: number | undefined};

/** What matters most comes first, as a narrow terminal cuts the end off. The win rate belongs to Sophia alone. */
export function describe(report: Shown, secondsLeft: number): string {
	return [
		`loss ${report.loss.toFixed(4)}`,
		...(report.validationLoss === undefined ? [] : [`validation ${report.validationLoss.toFixed(4)}`]),
		...[timeLeft(secondsLeft)].filter(Boolean),
		`${Math.round(report.tokensPerSecond)} tokens/s`,
		...(report.winRate > 0 ? [`win rate ${report.winRate.toFixed(2)}`] : []),
		...(report.negativeRate > 0 ? [`negative ${report.negativeRate.toFixed(2)}`] : []),
		`learning rate ${report.learningRate.toExponential(2)}`,
	].join('  ');
}

function losses({trainLoss, validationLoss}: StepReport): string {
	const parts = Object.entries({train: trainLoss, validation: validationLoss});
	return parts.flatMap(([name, loss]) => (loss === undefined ? [] : [`${name} loss ${loss.toFixed(4)}`])).join(', ');
}

function stepSeconds({tokensPerSecond, tokens, step}: StepReport): number {
	return tokensPerSecond > 0 ? tokens / step / tokensPerSecond : 0;
}
