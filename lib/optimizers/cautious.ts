/** What the two cautious optimizers share: how the coordinates that are left are made up for those that are not. */

/**
What a step is multiplied by where a mask has left out coordinates whose direction disagrees with the gradient, so that
its size stays about the same; p is the part of the n coordinates of a tensor that is left.

- `mean`: 1 / (p + ε), as Wen et al. 2025 have it (levanter). Lion, which has no ε, takes AdamW's 1e-8.
- `sum`: n / (p n + 1), the paper's Algorithm 1.
- `clamp`: 1 / max(p, 0.001), the authors' code.
*/
export type Normalization = 'mean' | 'sum' | 'clamp';

/** Every one, in the order of their numbers in native code. */
export const normalizations = ['mean', 'sum', 'clamp'] as const;

/** As native code numbers it. */
export const normalizationNumber = (normalization: Normalization) => normalizations.indexOf(normalization);
