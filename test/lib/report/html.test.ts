import {html} from '../../../lib/report/html';
import {markup} from '../../../lib/report/markup';
import {expectClosed} from './closed';

const hostile = '</title></script><script>window.taken = 1</script>';

test('a page is one file that holds its title, body and data as text, and uPlot with its license', () => {
	const content = {title: hostile, body: markup`<p>${hostile}</p>`, data: {name: hostile}, maker: hostile};
	const page = html(content, {scripts: [], styles: [], connect: "'none'"});
	expectClosed(page);
	expect(page.match(/&lt;script&gt;window/g)).toHaveLength(3);
	expect(page).toMatch('var uPlot=');
	expect(page).toMatch('MIT');
});
