import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {checkpointFile} from '../../../lib/cli/file';
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
