import {join} from 'node:path';
import {prepareSpeeches} from '../../../bench/study/speeches';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();

test('all speeches are there, a thirty-second of them for validation', async () => {
	const {train, validation, vocabulary} = await prepareSpeeches(join(directory(), 'data'));
	expect([train.tokens, validation.tokens, vocabulary]).toEqual([10435982, 325686, 256]);
});
