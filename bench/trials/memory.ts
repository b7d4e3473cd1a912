/** The most memory that processes had in a row, beyond what every training holds. */
import type {Race} from '../race';
import type {Team} from '../team';
import type {Trial} from '../trial';

/** Of a process, in MB; NaN for one that has no time. */
export interface Memory {
	readonly name: string;
	/** The most that it had, beyond what every training holds. */
	readonly beyond: number;
	/** The same beyond what it had before any work: pages of its libraries' files count as its own in `beyond`. */
	readonly beyondIdle: number;
}

/** Of those who stand; the file of results has their bytes. @param held bytes that every training holds */
export function memoryOf(trial: Trial, team: Team, race: Race, held: number): (name: string) => Memory {
	return (name) => {
		const {peak, idle} = race.seconds(name) === undefined ? {peak: NaN, idle: NaN} : team.memory(name);
		trial.report.record('memory', {row: race.name, name, peak, idle, held});
		return {name, beyond: (peak - held) / 1e6, beyondIdle: (peak - idle - held) / 1e6};
	};
}

/** Who of them takes least. */
export function leanest(all: readonly Memory[]): Memory {
	const known = all.filter(({beyond}) => !Number.isNaN(beyond));
	return known.sort((a, b) => a.beyond - b.beyond)[0] ?? {name: 'nobody', beyond: NaN, beyondIdle: NaN};
}
