/**
What a contender is asked, and what it answers: one line of JSON each, on its standard input and output, until the input
ends. Requests are flat, so that a contender in C can read them without a parser.

	{"ask":"describe"}                       {"name":"oneDNN 2.6.3"}
	{"ask":"prepare","kind":"product", …}    {"ready":true, …} or {"refused":"why"}
	{"ask":"turn","seconds":0.05}            {"seconds":0.0512,"count":7}
*/
import {createInterface} from 'node:readline';

/** What is measured, flat; `kind` says which sort of work it is. */
export type Case = Readonly<Record<string, string | number | boolean>> & {readonly kind: string};

export type Request =
	{readonly ask: 'describe'} | ({readonly ask: 'prepare'} & Case) | {readonly ask: 'turn'; readonly seconds: number};

/** Any answer; which members it has depends on the question. */
export interface Answer {
	/** Who it is, with the version. */
	readonly name?: string;
	/** Why the case cannot be computed. */
	readonly refused?: string;
	/** The case is prepared. */
	readonly ready?: boolean;
	/** The first and the last number of the result: those of all contenders must agree. */
	readonly first?: number;
	readonly last?: number;
	/** Of a run. */
	readonly operations?: number;
	/** Of a model: the loss of a step, in nats per token, and how many parameters it has. */
	readonly loss?: number;
	readonly parameters?: number;
	/** What arenas hold after a product, in what they hold after a gradient. */
	readonly memory?: number;
	/** Seconds of a call from JavaScript that has nothing to compute. They are part of every run, and told beside it. */
	readonly overhead?: number;
	/** How long the runs of a turn took together, and how many they were. */
	readonly seconds?: number;
	readonly count?: number;
	/** Of those seconds of training steps, the optimizer's and its curvature's. */
	readonly own?: number;
}

/** Prepared work. */
export interface Work {
	/** Runs for at least so many seconds, at least once, after a run that is not timed. */
	turn(seconds: number): Promise<Answer> | Answer;
	/** What is said of it when it is prepared. */
	readonly facts?: Answer;
	/** Returns its memory. */
	dispose?(): void;
}

/** Thrown by a contender that cannot compute a case. */
export class Refusal extends Error {}

/** Answers on standard input and output, as a contender in this language. */
export async function serve(name: string, prepare: (of: Case) => Promise<Work> | Work): Promise<void> {
	let work: Work | undefined;
	const answer = async (request: Request): Promise<Answer> => {
		switch (request.ask) {
			case 'describe':
				return {name};
			case 'prepare':
				work?.dispose?.();
				work = undefined;
				work = await prepare(request);
				return {ready: true, ...work.facts};
			case 'turn':
				if (work === undefined) {
					throw new Refusal('nothing is prepared');
				}
				return work.turn(request.seconds);
		}
	};
	for await (const line of createInterface({input: process.stdin})) {
		process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request).catch(refuse))}\n`);
	}
}

function refuse(error: unknown): Answer {
	if (error instanceof Refusal) {
		return {refused: error.message};
	}
	throw error;
}

/** What a turn came to. */
export interface Taken {
	readonly seconds: number;
	readonly count: number;
}

/** Runs for so many seconds, after a run that is not timed: it meets warm caches and threads that are awake. */
export function repeat(run: () => void, wanted: number): Taken {
	const now = () => performance.now() / 1e3;
	run();
	const begin = now();
	let count = 0;
	do {
		run();
		count++;
	} while (now() - begin < wanted);
	return {seconds: now() - begin, count};
}
