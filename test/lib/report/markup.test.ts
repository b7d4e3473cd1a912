import {embed, markup, Markup} from '../../../lib/report/markup';

describe('markup', () => {
	test('takes strings and numbers for text', () => {
		expect(markup`<b title="${'"\'<>&'}">${'</b>\0'} ${1}</b>`.text).toBe(
			'<b title="&quot;&#39;&lt;&gt;&amp;">&lt;/b&gt;\uFFFD 1</b>',
		);
	});

	test('takes markup and lists of it as they are', () => {
		const item = (text: string) => markup`<li>${text}</li>`;
		expect(markup`<ul>${['a', '&'].map(item)}${new Markup('<!---->')}</ul>`.text).toBe(
			'<ul><li>a</li><li>&amp;</li><!----></ul>',
		);
	});
});

describe('embedded data', () => {
	const hostile = {'</script>': ['<!--', ']]>', '\u2028\u2029', '&amp;', '"\\', '\0', '\uD800']};

	test('cannot end its element or a line', () => {
		expect(embed(hostile).text).not.toMatch(/[<>&\u2028\u2029\0]/);
	});

	test('is the same when it is read', () => {
		expect(JSON.parse(embed(hostile).text)).toEqual(hostile);
	});
});
