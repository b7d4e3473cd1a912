import {entriesOf} from '../../../bench/study/entries';

test('an entry is an optimizer by its certificates, or as it was published', () => {
	const found = entriesOf(['adamw:published', 'adamw', 'sophia-g']).map(({name, title, tuned}) => [name, title, tuned]);
	expect(found).toEqual([
		['adamw:published', 'AdamW, as published', false],
		['adamw', 'AdamW', true],
		['sophia-g', 'Sophia-G', true],
	]);
});

test.each([
	[['adamv'], 'Unknown optimizer `adamv`, did you mean `adamw`?'],
	[['zzz'], 'Unknown optimizer `zzz`, expected some of adamw, nadamw'],
	[['adamw:tuned'], 'Expected `adamw` or `adamw:published`, got `adamw:tuned`'],
	[['lion', 'lion'], 'Expected every optimizer once, got `lion` twice'],
])('%j is refused', (names, message) => {
	expect(() => entriesOf(names)).toThrow(message);
});
