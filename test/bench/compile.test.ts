import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {compile, preloadable} from '../../bench/compile';
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

test.each(['', 'a/relative/path'])('a cache in `%s` is that of the home', async (given) => {
	process.env.XDG_CACHE_HOME = given;
	expect(await compile(recipe)).toMatch(join(homedir(), '.cache', 'sophia-native', 'bench', 'pytorch-'));
});

test('a compiler that is ended leaves nothing, and is said to be missing', async () => {
	const controller = new AbortController();
	const running = compile({...recipe, flags: [...recipe.flags, '-x', 'c', '-']}, controller.signal);
	controller.abort();
	expect(await running).toMatchObject({missing: expect.stringMatching(/^no compiler|was ended$/)});
});

test('what is preloaded lies where the loader does not cut its path', () => {
	expect(preloadable('/plain/path.so')).toBe('/plain/path.so');
	const path = join(directory(), 'of: somebody');
	writeFileSync(path, 'a library');
	const copy = preloadable(path);
	expect(copy).toMatch(/^[^\s:]+$/);
	expect(readFileSync(copy, 'utf8')).toBe('a library');
	expect(preloadable(path)).toBe(copy);
	rmSync(dirname(copy), {recursive: true});
});
