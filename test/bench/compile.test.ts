import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {compile} from '../../bench/compile';
import {temporaryDirectory} from '../lib/temporary';

const directory = temporaryDirectory();
const before = {...process.env};
beforeEach(() => (process.env.XDG_CACHE_HOME = directory()));
afterEach(() => (process.env = {...before}));

const recipe = {source: 'pytorch.c', flags: ['-shared', '-fPIC'], install: 'apt install it'};

test('what was compiled is kept, a thing for each recipe', async () => {
	const path = await compile(recipe);
	expect(path).toMatch(join(directory(), 'sophia-native', 'bench', 'pytorch-'));
	expect(await compile(recipe)).toBe(path);
	expect(await compile({...recipe, flags: [...recipe.flags, '-O2']})).not.toBe(path);
	expect(readdirSync(join(directory(), 'sophia-native', 'bench'))).toHaveLength(2);
});

test.each([
	[['-include', 'nowhere.h'], 'no header nowhere.h'],
	[['-lnowhere_at_all'], 'no library nowhere_at_all'],
	[['-Dint=nonsense!'], /^error: /],
])('with %j something is missing, with how to install it, and nothing half-made is left', async (flags, reason) => {
	const missing = await compile({...recipe, flags: [...recipe.flags, ...flags]});
	expect(missing).toEqual({
		missing: typeof reason === 'string' ? reason : expect.stringMatching(reason),
		install: 'apt install it',
	});
	expect(readdirSync(join(directory(), 'sophia-native', 'bench'))).toEqual([]);
});

test('so is a compiler', async () => {
	process.env.CC = '/nowhere/cc';
	expect(await compile(recipe)).toEqual({missing: 'no compiler, `/nowhere/cc`', install: 'apt install g++'});
});
