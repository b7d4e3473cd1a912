/** A page as one file that needs nothing from anywhere: what it says, and beside it uPlot, its script and its style. */
import {readAssets, type Sources} from './assets';
import {embed, markup, Markup} from './markup';

/** What a page holds. */
export interface Content {
	/** Of the window. */
	readonly title: string;
	/** The header and what follows it, which say everything without a script. */
	readonly body: Markup;
	/** What the script draws, as JSON. */
	readonly data: unknown;
	/** What made the page, with its version. */
	readonly maker: string;
}

/** The file. */
export function html({title, body, data, maker}: Content, sources: Sources): string {
	const {script, style, license, policy} = readAssets(sources);
	return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${body}
<footer><p>Made by ${maker}. Charts by uPlot.</p></footer>
<script type="application/json" id="data">${embed(data)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
<!-- uPlot is a part of this file, under this license:
${license}-->
`.text;
}
