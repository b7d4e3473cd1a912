import {readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {directoryTensors} from '../../../lib/pretrained/directory';
import {temporaryDirectory} from '../temporary';
import {safetensors, tinyTensors, writeDirectory, type Json} from './files';

const directory = temporaryDirectory();
const at = (name: string) => join(directory(), name);
const names = tinyTensors().map(({name}) => name);

/** Writes the index of two shards once more, changed. */
function reindex(change: (map: Json) => unknown): void {
	const path = at('model.safetensors.index.json');
	const index = JSON.parse(readFileSync(path, 'utf8')) as {weight_map: Json};
	writeFileSync(path, JSON.stringify({...index, weight_map: change(index.weight_map)}));
}

const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;

describe('the tensors of a directory', () => {
	test('are those of its file, or of its shards', () => {
		writeDirectory(directory(), {});
		expect(directoryTensors(directory()).map(({name}) => name)).toEqual(names);
		rmSync(at('model.safetensors'));
		writeDirectory(directory(), {shards: 2});
		const tensors = directoryTensors(directory());
		expect(tensors.map(({name}) => name).sort()).toEqual([...names].sort());
		expect(new Set(tensors.map(({path}) => path))).toEqual(new Set([at(first), at(second)]));
	});

	test('are those of the file where there are shards as well', () => {
		writeDirectory(directory(), {shards: 2});
		writeDirectory(directory(), {tensors: tinyTensors().slice(0, 1)});
		expect(directoryTensors(directory()).map(({name}) => name)).toEqual(['wte.weight']);
	});

	test('that has neither is ERR_SOPHIA_IO, with what to do about pickles', () => {
		expect(() => directoryTensors(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
		expect(() => directoryTensors(directory())).toThrow('such as pytorch_model.bin, are saved again by transformers');
	});

	test.each<[string, (map: Json) => unknown, string]>([
		['no map', () => null, 'Expected `weight_map` to be an object, got `null`'],
		['a list', () => ['a'], 'Expected `weight_map` to be an object'],
		['a file that is a number', (map) => ({...map, 'wte.weight': 5}), 'Expected `wte.weight` to be a string'],
		['a file without a name', (map) => ({...map, 'wte.weight': ''}), 'a string that is not empty'],
		['a file elsewhere', (map) => ({...map, a: '../a.safetensors'}), 'beside the index, got `../a.safetensors`'],
		['an absolute path', (map) => ({...map, a: '/etc/a.safetensors'}), 'beside the index'],
		['a folder', (map) => ({...map, a: 'b/a.safetensors'}), 'beside the index'],
		['another kind of file', (map) => ({...map, a: 'config.json'}), 'beside the index, got `config.json`'],
		['a NUL', (map) => ({...map, a: 'a\0.safetensors'}), 'to be a path, without NUL characters'],
		['a tensor that is nowhere', (map) => ({...map, a: first}), `Expected \`${first}\` to hold \`a\`, got nothing`],
		['a tensor in the other file', (map) => ({...map, 'wte.weight': second}), `place \`wte.weight\` in \`${first}\``],
		[
			'a tensor left out',
			(map) => Object.fromEntries(Object.entries(map).filter(([name]) => name !== 'wte.weight')),
			`Expected to place \`wte.weight\` in \`${first}\`, got \`undefined\``,
		],
	])('with an index of %s is refused', (_name, change, message) => {
		writeDirectory(directory(), {shards: 2});
		reindex(change);
		expect(() => directoryTensors(directory())).toThrow(message);
		expect(() => directoryTensors(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});

	test('with a shard that is not there, or leads in a circle, is ERR_SOPHIA_IO', () => {
		writeDirectory(directory(), {shards: 2});
		rmSync(at(first));
		expect(() => directoryTensors(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
		symlinkSync(first, at(first));
		expect(() => directoryTensors(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
	});

	test('with the same tensor in two shards is refused', () => {
		writeDirectory(directory(), {shards: 2});
		const both = tinyTensors().filter((_, i) => i % 2 === 1 || i === 0);
		writeFileSync(at(second), safetensors(both));
		expect(() => directoryTensors(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});
});
