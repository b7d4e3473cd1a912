// What can be read of kernels before one runs: their accesses to global memory from PTX, their resources from what
// `ptxas -v` says of them.

/** {entry: its text}: from one `.entry` to the next. */
function entries(ptx) {
	const parts = ptx.split(/^(?=(?:\.\w+ )*\.entry )/m).slice(1);
	return parts.map((text) => [/\.entry (\w+)/.exec(text)[1], text]);
}

const bitsOf = (access) => {
	const [, copied] = /^cp\.async.* (\d+)$/.exec(access) ?? [];
	if (copied) return 8 * Number(copied);
	const [, type = '0'] = /\.[a-z]+(\d+)$/.exec(access) ?? [];
	const [, count = '1'] = /\.v(\d)/.exec(access) ?? [];
	return Number(type) * Number(count);
};

/**
 * {entry: how many loads and stores of global memory it has, and copies from there, 128 bits wide and other}. One whose
 * memory the compiler does not know, `ld.f32`, counts as global: it may be.
 */
export function accesses(ptx) {
	const counted = {};
	for (const [entry, text] of entries(ptx)) {
		const all = [...text.matchAll(/^\s+(?:@\S+ )?((?:ld|st)(?:\.[a-z0-9:]+)+)/gm)].map(([, access]) => access);
		const copies = [...text.matchAll(/^\s+(cp\.async\.c[ag]\S*) \[.*?\], \[.*?\], (\d+)/gm)].map(
			([, access, bytes]) => `${access} ${bytes}`,
		);
		const global = [...all.filter((access) => !/\.(param|shared|local|const)\b/.test(access)), ...copies];
		const wide = global.filter((access) => bitsOf(access) >= 128).length;
		counted[entry] = {wide, narrow: global.length - wide};
	}
	return counted;
}

const numbers = (text, pattern) => [...text.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);

/** {entry: {registers, staticBytes of shared memory, spillBytes, localBytes}} */
export function resources(log) {
	const parts = log.split(/^(?=ptxas info\s*: Compiling entry function)/m).slice(1);
	return Object.fromEntries(
		parts.map((text) => [
			/'(\w+)'/.exec(text)[1],
			{
				registers: numbers(text, /Used (\d+) registers/g),
				staticBytes: numbers(text, /, (\d+) bytes smem/g),
				spillBytes: numbers(text, /(\d+) bytes spill/g),
				localBytes: numbers(text, /(\d+) bytes stack frame/g),
			},
		]),
	);
}

/** layernorm_forward<4, Dual<float>> of what c++filt makes of a kernel's symbol. */
export function shortName(demangled) {
	const plain = demangled
		.replace(/^void /, '')
		.replace(/sophia::|\(anonymous namespace\)::/g, '')
		.replaceAll('> >', '>>');
	let depth = 0;
	for (let i = 0; i < plain.length; i++) {
		if (plain[i] === '<') depth++;
		else if (plain[i] === '>') depth--;
		else if (plain[i] === '(' && depth === 0) return plain.slice(0, i).replace(/_kernel\b/, '');
	}
	return plain.replace(/_kernel\b/, '');
}
