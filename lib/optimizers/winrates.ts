/** The win rates between which Liu et al. 2023, section 3.1, choose Sophia's scale. */
export const winRates: readonly [low: number, high: number] = [0.1, 0.5];
