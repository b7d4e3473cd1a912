/** Text that would like to be markup, a script or the end of one. */
export const hostile = [
	'</script><script>window.taken = 1</script>',
	'<!--<script>',
	'<img src=x onerror="window.taken = 2">',
	'"><svg onload=window.taken=3>',
	"'&lt;&amp;\u2028\u2029 \0 \u202Eright to left",
	']]> {{x}} ${1}',
].join('\n');
