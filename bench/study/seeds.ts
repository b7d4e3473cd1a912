/** Which seeds are whose: what judges has not been searched with. */

/** That of every search. */
export const searchSeed = 0;
/** Those that near-best configurations of a search are run from once more. */
export const freshSeeds: readonly number[] = [1, 2];
/** So many seeds from the first one on, which no search has seen: those of comparisons. */
export const finalSeeds = (count: number): readonly number[] => from(100, count);
/** Those of the noise, after those of comparisons. */
export const noiseSeeds = (count: number): readonly number[] => from(200, count);
/** Comparisons have so many at most: those after them are the noise's. */
export const mostFinalSeeds = 100;

const from = (first: number, count: number) => Array.from({length: count}, (_, i) => first + i);
