/**
Finds the file of the compiled addon and loads it, or says in one error what was looked for and how to come by it.
`native.ts` is its only caller.
*/
import {readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {misfit} from './elf';
import {variable} from './environment';
import {messageOf, SophiaError} from './errors';
import {version} from './version';

/** What a file exports, and which file it is. */
export interface Binary {
	readonly addon: object;
	readonly path: string;
}

const root = join(__dirname, '..');
const load = createRequire(__filename);
const build = `Build it, with a C++20 compiler: \`npm run setup\` in ${root}`;

/**
The addon that `SOPHIA_NATIVE` names, or else the package's own.

@throws SophiaError `ERR_SOPHIA_NO_BINARY` when there is none that this version of the package can use here.
*/
export function loadBinary(): Binary {
	const given = variable('SOPHIA_NATIVE');
	const path = given === undefined ? find() : resolve(given);
	const advice = given === undefined ? build : `It is what SOPHIA_NATIVE names. ${build}`;
	const refuse = (reason: string, cause?: unknown) => noBinary(`${path} cannot be used: ${reason}. ${advice}`, cause);
	const addon = open(path, refuse);
	const {version: found} = addon as {readonly version?: unknown};
	if (found !== version) {
		throw refuse(`it is of ${typeof found === 'string' ? found : 'an unknown version'}, and this is ${version}`);
	}
	return {addon: complete(addon, refuse), path};
}

type Refuse = (reason: string, cause?: unknown) => SophiaError;

function noBinary(sentence: string, cause?: unknown): SophiaError {
	const options = cause === undefined ? {} : {cause};
	return new SophiaError('ERR_SOPHIA_NO_BINARY', `The native binary ${sentence}`, options);
}

function open(path: string, refuse: Refuse): object {
	let reason: string | undefined;
	try {
		reason = process.platform === 'linux' ? misfit(path) : undefined;
		reason ??= path.endsWith('.node') ? undefined : 'its name does not end in .node, by which Node knows an addon';
		if (reason === undefined) {
			return load(path) as object;
		}
	} catch (cause) {
		throw refuse(messageOf(cause).split('\n')[0] ?? '', cause);
	}
	throw refuse(reason);
}

/** Throws where it is asked for a name that it lacks: a build of the same version, but of an older commit. */
function complete(addon: object, refuse: Refuse): object {
	return new Proxy(addon, {
		get(target, name) {
			if (typeof name === 'string' && !(name in target)) {
				throw refuse(`it is an older build, without \`${name}\``);
			}
			return Reflect.get(target, name) as unknown;
		},
	});
}

function find(): string {
	try {
		return (load('node-gyp-build') as {resolve(directory: string): string}).resolve(root);
	} catch (cause) {
		const machine = /^No native build was found for (.*)$/m.exec(messageOf(cause))?.[1];
		if (machine === undefined) {
			throw noBinary(
				`cannot be looked for from ${__dirname}: the package node-gyp-build is not there. ${bundled}`,
				cause,
			);
		}
		const looked = `Looked for build/Release/*.node and in prebuilds, which has ${prebuilds()}, below ${root}`;
		throw noBinary(`is missing for ${machine.trim()}. ${looked}. ${build}`, cause);
	}
}

const bundled =
	'In a bundle? Leave sophia-native out of it (esbuild: --external:sophia-native), or name the file in SOPHIA_NATIVE';

/** The binaries that came with the package, in words. */
function prebuilds(): string {
	try {
		const names = readdirSync(join(root, 'prebuilds'), {recursive: true, encoding: 'utf8'});
		return names.filter((name) => name.endsWith('.node')).join(', ') || 'none';
	} catch {
		return 'none';
	}
}
