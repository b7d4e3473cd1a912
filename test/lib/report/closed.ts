/** What holds for every page that is one file: it loads nothing, and runs nothing but what is written into it. */
import {createHash} from 'node:crypto';

const entities: Readonly<Record<string, string>> = {'&#39;': "'", '&amp;': '&', '&quot;': '"', '&lt;': '<'};

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Fails for a page that could ask anyone for anything, or run or look like what others wrote. */
export function expectClosed(page: string): void {
	const [, escaped = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
	const policy = escaped.replace(/&[#\w]+;/g, (entity) => entities[entity] ?? entity);
	const [, script = ''] = /<script>([^]*?)<\/script>/.exec(page) ?? [];
	const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
	expect(policy).toMatch(/^default-src 'none'; /);
	expect(policy).toContain(`script-src ${hash(script)};`);
	expect(policy).toContain(`style-src ${hash(style)};`);
	expect(policy).toContain("connect-src 'none'");
	expect(policy).not.toMatch('unsafe');
	expect(page).not.toMatch(/ (src|href)="(?!data:|#)/);
	expect(page).not.toMatch(/<[^>]* (style|on\w+)=/);
	expect(page.match(/<script/g)).toHaveLength(2);
}
