/** What a comparison found: who is better, by how much, what it costs, and what would have been said too early. */
import type {Comparison} from '../study/comparison';
import type {Section} from '../study/document';
import {nameOf} from '../study/regime';
import type {Timing} from '../study/timing';
import {columns} from './columns';
import {costSection} from './cost';
import {flipSection} from './flips';
import {limitsSection} from './limits';
import {lossSection} from './losses';
import {speedupSection} from './speedups';
import {settingsInWords} from './words';

/** @param text tokens that there are to train on */
export function comparisonSections(
	comparison: Comparison,
	timings: readonly Timing[],
	text: number,
): readonly Section[] {
	return [
		lossSection(comparison),
		speedupSection(comparison, timings),
		costSection(comparison, timings),
		flipSection(comparison),
		configurationSection(comparison),
		limitsSection(comparison, text),
	];
}

function configurationSection({configured}: Comparison): Section {
	return {
		title: 'Configurations',
		paragraphs: [],
		tables: [
			{
				caption: 'What everybody ran with',
				columns: columns(['optimizer', 'regime', 'configuration'], ['runs of its search']),
				rows: configured.map(({entry, regime, settings, certificate}) => [
					entry.title,
					nameOf(regime),
					settingsInWords(entry.candidate.name, settings),
					certificate === undefined ? 'none' : `${certificate.budget.used} of ${certificate.budget.runs}`,
				]),
			},
		],
		charts: [],
	};
}
