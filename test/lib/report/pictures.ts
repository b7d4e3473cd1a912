/** What can be told of a page's colours without looking at it. */
import type {Page} from 'playwright-core';

/** How many different colours a canvas has. */
export async function colors(at: Page, selector: string): Promise<number> {
	return at.evaluate<number>(`{
		const canvas = document.querySelector(${JSON.stringify(selector)});
		const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		new Set(new Uint32Array(data.buffer)).size;
	}`);
}

/** The colours of text and lines, which all pages share. */
export const inks = ['text', 'quiet', 'link', ...Array.from({length: 7}, (_, i) => `line-${i}`)];

/** The contrast of each colour, by its name, with what may be behind it. */
export async function contrasts(at: Page, names: readonly string[]): Promise<number[]> {
	const value = async (name: string) =>
		at.evaluate<string>(`getComputedStyle(document.documentElement).getPropertyValue('--${name}').trim()`);
	const [fronts, grounds] = await Promise.all(
		[names, ['ground', 'raised']].map((list) => Promise.all(list.map(value))),
	);
	return (grounds ?? []).flatMap((ground) =>
		(fronts ?? []).map((front) => {
			const [low = 0, high = 0] = [luminance(front), luminance(ground)].sort((a, b) => a - b);
			return (high + 0.05) / (low + 0.05);
		}),
	);
}

/** The luminance of a colour in hexadecimal digits, by WCAG's formula. */
function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
		const c = parseInt(hex.slice(i, i + 2), 16) / 255;
		return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
