/** What a comparison does not say. */
import type {Comparison} from '../study/comparison';
import type {Section} from '../study/document';
import {nameOf, parametersOf, tokensOf, type Regime} from '../study/regime';
import {percentage} from './words';

/** @param text tokens that there are to train on */
export function limitsSection({regimes, entries}: Pick<Comparison, 'regimes' | 'entries'>, text: number): Section {
	const sizes = [...new Set(regimes.map(({shape}) => parametersOf(shape)))].map((size) => size.toLocaleString('en'));
	const steps = [...new Set(regimes.map(({batch, length}) => batch * length))].join(', ');
	const repeated = regimes.map((regime) => `${percentage(repeatedPart(regime, text))} at ${nameOf(regime)}`).join(', ');
	const counts = entries.map(({candidate}) => `${candidate.title} ${candidate.axes.length}`);
	return {
		title: 'What this does not say',
		paragraphs: [
			`These models have ${sizes.join(', ')} parameters without embeddings, and steps of ${steps} tokens. The papers of ` +
				`these optimizers train a thousand times as many, on batches a thousand times as large, where curvature is ` +
				`estimated from more and gradients have less noise. What holds here need not hold there.`,
			`Searches had as many runs for everybody, and not as many settings: ${[...new Set(counts)].join(', ')}. Who has ` +
				`more of them is searched less in each.`,
			`Batches are drawn from random places. Of what a run reads it has read before: ${repeated}; it is the same text for ` +
				`everybody. Refreshes of Sophia-G's curvature draw batches of their own, which are not counted in tokens, but in ` +
				`computation and in time.`,
		],
		tables: [],
		charts: [],
	};
}

/** The part of D tokens from random places of T that came before: 1 − (1 − e^(−D/T)) T/D. */
export function repeatedPart(regime: Regime, text: number): number {
	const passes = tokensOf(regime) / text;
	return 1 + Math.expm1(-passes) / passes;
}
