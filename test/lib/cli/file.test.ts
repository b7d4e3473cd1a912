import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {checkpointFile, weightsOf} from '../../../lib/cli/file';
import {UsageError} from '../../../lib/cli/options';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();

test('a directory means its best checkpoint, else its last; a file means itself', () => {
	const [best, last] = ['best.safetensors', 'last.safetensors'].map((name) => join(directory(), name));
	expect(checkpointFile(directory())).toBe(last);
	writeFileSync(last ?? '', '');
	expect(checkpointFile(directory())).toBe(last);
	writeFileSync(best ?? '', '');
	expect(checkpointFile(directory())).toBe(best);
	expect(checkpointFile('some/file')).toBe('some/file');
});

test('a directory of transformers is no checkpoint, but may be begun with', () => {
	writeFileSync(join(directory(), 'config.json'), '{}');
	expect(() => checkpointFile(directory())).toThrow(UsageError);
	expect(() => checkpointFile(directory())).toThrow(`\`sophia import ${directory()}\` makes one`);
	expect(weightsOf(directory())).toBe(directory());
	const last = join(directory(), 'last.safetensors');
	writeFileSync(last, '');
	expect([checkpointFile(directory()), weightsOf(directory())]).toEqual([last, last]);
	rmSync(join(directory(), 'config.json'));
	expect(weightsOf('some/file')).toBe('some/file');
});
