/**
Rounds: everybody has a turn in each, in an order that is drawn anew, so that all meet the same clock rate, the same
bandwidth and the same neighbours. Only ratios of turns of the same round are compared.
*/
import {setTimeout} from 'node:timers/promises';
import {Failure, type Contender} from './contender';
import type {Answer, Case} from './protocol';

/** Who takes part, with the case in its words. */
export interface Entry {
	readonly contender: Contender;
	readonly of: Case;
}

/** What came of an entry. */
export interface Outcome {
	/** Seconds of a run, by round; empty where there is a reason. */
	readonly seconds: readonly number[];
	/** The optimizer's part of them, where it was told. */
	readonly own?: readonly number[];
	/** What it said of the case. */
	readonly facts: Answer;
	/** Why there is no time: it refused, crashed, hung, or its result is not everybody's. */
	readonly reason?: string;
}

/** How long things take. */
export interface Pace {
	readonly rounds: number;
	/** Of a turn, at least. */
	readonly seconds: number;
	/** Until a contender counts as hung. */
	readonly limit: number;
	readonly signal: AbortSignal;
	/** Told of each round that begins. */
	readonly onRound?: (round: number) => void;
}

/** Seconds between two turns: threads of the one before that still look for work would take time from the next. */
const rest = 0.05;

/** Runs the entries against each other; the outcomes are in their order. @throws the signal's reason */
export async function compete(entries: readonly Entry[], pace: Pace): Promise<Outcome[]> {
	const racers = [];
	for (const entry of entries) {
		racers.push(await prepare(entry, pace));
	}
	for (let round = 0; round < pace.rounds; round++) {
		pace.onRound?.(round);
		for (const racer of shuffled(racers)) {
			await takeTurn(racer, pace);
		}
	}
	return racers.map(({seconds, own, facts, reason}) =>
		reason === undefined ? {seconds, facts, ...(own.length === 0 ? {} : {own})} : {seconds: [], facts, reason},
	);
}

interface Racer {
	readonly contender: Contender;
	readonly seconds: number[];
	readonly own: number[];
	readonly facts: Answer;
	reason: string | undefined;
}

async function prepare({contender, of}: Entry, pace: Pace): Promise<Racer> {
	pace.signal.throwIfAborted();
	try {
		const facts = await contender.ask({ask: 'prepare', ...of}, pace.limit);
		return {
			contender,
			seconds: [],
			own: [],
			facts,
			reason: facts.refused ?? (facts.ready ? undefined : 'gave no answer'),
		};
	} catch (error) {
		return {contender, seconds: [], own: [], facts: {}, reason: reasonOf(error, pace.signal)};
	}
}

async function takeTurn(racer: Racer, pace: Pace): Promise<void> {
	if (racer.reason !== undefined) {
		return;
	}
	await setTimeout(1e3 * rest);
	pace.signal.throwIfAborted();
	try {
		const {seconds, count, own, refused} = await racer.contender.ask({ask: 'turn', seconds: pace.seconds}, pace.limit);
		const each = Number(seconds) / Number(count);
		if (each > 0 && Number.isFinite(each)) {
			racer.seconds.push(each);
			racer.own.push(...(own === undefined ? [] : [own / Number(count)]));
		} else {
			racer.reason = refused ?? 'gave no time';
		}
	} catch (error) {
		racer.reason = reasonOf(error, pace.signal);
	}
}

function reasonOf(error: unknown, signal: AbortSignal): string {
	signal.throwIfAborted(); // everybody was ended, which is nobody's fault
	if (error instanceof Failure) {
		return error.message;
	}
	throw error;
}

/** In an order that is drawn. */
export function shuffled<T>(list: readonly T[]): T[] {
	return list
		.map((item) => ({item, place: Math.random()}))
		.sort((a, b) => a.place - b.place)
		.map(({item}) => item);
}
