/** Those who take part in a trial: started once, ended together. */
import {Contender, Failure} from './contender';
import {plain} from './plain';
import type {Missing, Rival, Setting} from './rivals/rival';

/** Seconds until a contender must have said its name: PyTorch takes a while to load. */
const startLimit = 120;

/** A contender that stands ready. */
export interface Member {
	readonly name: string;
	readonly contender: Contender;
	/** Its own name, with the version. */
	readonly title: string;
	/** The most bytes that it had in memory before any work, its libraries among them. */
	readonly idle: number | undefined;
}

/** One that does not take part, with the reason. */
export interface Absent {
	readonly name: string;
	readonly reason: string;
}

/** Contenders, until the block ends or the signal says so. */
export class Team implements Disposable {
	readonly members: Member[] = [];
	readonly absent: Absent[] = [];
	readonly #signal: AbortSignal;
	readonly #end = () => this[Symbol.dispose]();

	private constructor(signal: AbortSignal) {
		this.#signal = signal;
		signal.addEventListener('abort', this.#end);
	}

	/** Starts those that are there. @throws the signal's reason */
	static async start(rivals: readonly Rival[], setting: Setting, signal: AbortSignal): Promise<Team> {
		const team = new Team(signal);
		try {
			for (const rival of rivals) {
				signal.throwIfAborted();
				await team.#add(rival, setting);
			}
		} catch (error) {
			team[Symbol.dispose]();
			throw error;
		}
		return team;
	}

	/** The one of that name, while it stands. */
	find(name: string): Contender | undefined {
		return this.members.find((member) => member.name === name)?.contender;
	}

	/** The most bytes that the one of that name had in memory, and of them those before any work; NaN for nobody. */
	memory(name: string): {readonly peak: number; readonly idle: number} {
		const member = this.members.find((each) => each.name === name);
		return {peak: member?.contender.peakMemory() ?? NaN, idle: member?.idle ?? NaN};
	}

	/** Ends everybody. */
	[Symbol.dispose](): void {
		this.#signal.removeEventListener('abort', this.#end);
		this.members.forEach(({contender}) => contender[Symbol.dispose]());
	}

	async #add(rival: Rival, setting: Setting): Promise<void> {
		const {name} = rival;
		const launch = await rival.launch(setting, this.#signal);
		this.#signal.throwIfAborted(); // whom would nobody end
		if ('missing' in launch) {
			this.absent.push({name, reason: notInstalled(launch)});
			return;
		}
		const contender = new Contender(name, launch);
		const member = {name, contender, title: name, idle: contender.peakMemory()};
		this.members.push(member);
		try {
			const answer = await contender.ask({ask: 'describe'}, startLimit);
			if (answer.name === undefined) {
				throw new Failure('did not say its name');
			}
			member.title = answer.name;
			member.idle = contender.peakMemory();
		} catch (error) {
			this.#signal.throwIfAborted();
			if (!(error instanceof Failure)) {
				throw error;
			}
			contender[Symbol.dispose]();
			this.members.pop();
			this.absent.push({name, reason: error.message});
		}
	}
}

function notInstalled({missing, install}: Missing): string {
	return `not installed: ${plain(missing)} (${install})`;
}
