import {sensitivitySection} from '../../../bench/findings/sensitivity';
import {candidateNamed} from '../../../bench/candidates/index';
import type {Settings} from '../../../bench/candidates/candidate';
import type {Certificate} from '../../../bench/study/certificate';
import {certificateOf, regime} from '../study/regimes';

/** A certificate of an optimizer with a line for each setting that is given. */
function certificate(optimizer: string, lines: Readonly<Record<string, readonly [number, number][]>>): Certificate {
	const best: Record<string, number> = {...candidateNamed(optimizer).published};
	const star = Object.entries(lines).map(([axis, points]) => {
		const [centre] = [...points].sort((a, b) => a[1] - b[1]);
		best[axis] = centre?.[0] ?? NaN;
		return {axis, points: points.map(([value, loss]) => ({value, loss}))};
	});
	return certificateOf({optimizer, best: best as Settings, star, searched: Object.keys(lines)});
}

const drawn = (...groups: (readonly Certificate[])[]) => sensitivitySection(groups).charts;
const places = (...certificates: Certificate[]) =>
	drawn(...certificates.map((each) => [each])).map(({title, series}) => [
		title,
		...series.map(({name, points}) => [name, points.map(({x, label = ''}) => [Number(x.toFixed(4)), label])]),
	]);

test('every setting has its chart, also one that a single optimizer has', () => {
	const line: [number, number][] = [
		[1, 2.1],
		[2, 2],
	];
	const charts = drawn(
		[certificate('sophia-g', {rho: line, every: line, learningRate: line})],
		[certificate('sophia-h', {gamma: line, epsilon: line, every: line})],
		[
			certificate('sgd', {
				learningRate: line,
				momentum: [
					[0.8, 2.1],
					[0.9, 2],
				],
			}),
		],
		[
			certificate('signum', {
				momentum: [
					[0.8, 2.1],
					[0.9, 2],
				],
			}),
		],
	);
	expect(charts.map(({title, series}) => [title, series.map(({name}) => name)])).toEqual([
		['Sensitivity to ρ', ['Sophia-G']],
		['Sensitivity to k', ['Sophia-G', 'Sophia-H']],
		['Sensitivity to rate', ['Sophia-G', 'SGD']],
		['Sensitivity to γ', ['Sophia-H']],
		['Sensitivity to ε', ['Sophia-H']],
		['Sensitivity to μ, β', ['SGD', 'Signum']],
	]);
});

test('none has a place: below the least, or beyond the largest where it stands there, also where it is the best', () => {
	const decay = (best: number): [number, number][] => [0, 0.1, 0.2].map((value) => [value, value === best ? 2 : 2.1]);
	const clip: [number, number][] = [
		[1, 2.1],
		[2, 2],
		[0, 2.2],
	];
	expect(
		places(
			certificate('adamw', {weightDecay: decay(0.2), clip}),
			certificate('lion', {weightDecay: decay(0), clip: clip.map(([value]) => [value, value === 0 ? 2 : 3])}),
		),
	).toEqual([
		[
			'Sensitivity to decay',
			[
				'AdamW',
				[
					[0.25, 'decay none'],
					[0.5, 'decay 0.1'],
					[1, 'decay 0.2'],
				],
			],
			[
				'Lion',
				[
					[1, 'decay none'],
					[2, 'decay 0.1'],
					[4, 'decay 0.2'],
				],
			],
		],
		[
			'Sensitivity to clip',
			[
				'AdamW',
				[
					[0.5, 'clip 1'],
					[1, 'clip 2'],
					[2, 'clip none'],
				],
			],
			[
				'Lion',
				[
					[0.25, 'clip 1'],
					[0.5, 'clip 2'],
					[1, 'clip none'],
				],
			],
		],
	]);
});

test('averages are drawn over their span, which no average at all has too; diverged runs keep their place', () => {
	const lines = {
		beta1: [
			[0, 3],
			[0.8, 2.1],
			[0.9, 2],
			[0.95, Infinity],
		] as [number, number][],
	};
	expect(places(certificate('adamw', lines))).toEqual([
		[
			'Sensitivity to β₁',
			[
				'AdamW',
				[
					[0.1, 'β₁ none'],
					[0.5, 'β₁ 0.8'],
					[1, 'β₁ 0.9'],
					[2, 'β₁ 0.95'],
				],
			],
		],
	]);
	const [chart] = drawn([certificate('adamw', lines)]);
	expect(chart?.series[0]?.points.map(({y}) => y)).toEqual([1, expect.closeTo(0.1), 0, Infinity]);
});

test('everybody is drawn in one regime where there is one, and who is not says so', () => {
	const line = {
		learningRate: [
			[1, 2.1],
			[2, 2],
		] as [number, number][],
	};
	const at = (optimizer: string, ratio: number) => ({...certificate(optimizer, line), regime: {...regime, ratio}});
	const charts = drawn([at('adamw', 1), at('adamw', 2)], [at('lion', 2)], [at('sophia-g', 4)]);
	expect(charts[0]?.series.map(({name}) => name)).toEqual(['AdamW', 'Lion', 'Sophia-G, 1x16-r4']);
});

test('one regime gives no verdict, and that is said', () => {
	const section = sensitivitySection([[certificateOf()]]);
	expect(section.paragraphs.at(-1)).toBe(
		'It takes certificates of two regimes at least; there is one of each optimizer.',
	);
	expect(section.tables).toEqual([]);
});
