/** Contenders that do as they are told: see fake.mjs. */
import {join} from 'node:path';
import type {Launch} from '../../bench/process';
import type {Rival} from '../../bench/rivals/rival';

/** How one that behaves like this is started. */
export function fake(...how: readonly string[]): Launch {
	return {command: process.execPath, args: [join(__dirname, 'fake.mjs'), ...how], environment: process.env};
}

/** The same as a plug-in. */
export function fakeRival(name: string, ...how: readonly string[]): Rival {
	return {name, kinds: ['product'], launch: () => fake(...how)};
}
