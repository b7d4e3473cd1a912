import {createHash} from 'node:crypto';
import fs, {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {digestOfShards} from '../../../bench/study/shards';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();

/** Shards at those paths. */
const shards = (train: string, validation: string) =>
	({train: {path: train}, validation: {path: validation}}) as Parameters<typeof digestOfShards>[0];

test('the digest is that of all bytes in their order, of which few are in memory', async () => {
	const [train, validation] = [join(directory(), 'train.bin'), join(directory(), 'val.bin')];
	const bytes = Buffer.from(Uint32Array.from({length: 700_000}, (_, i) => i * i).buffer); // more than a piece, and odd
	writeFileSync(train, bytes);
	writeFileSync(validation, 'the end');
	const atOnce = jest.spyOn(fs, 'readFileSync'); // no buffer holds 2 GiB
	const whole = createHash('sha256').update(bytes).update('the end').digest('hex');
	expect(await digestOfShards(shards(train, validation))).toBe(whole.slice(0, 16));
	expect(atOnce).not.toHaveBeenCalled();
	expect(await digestOfShards(shards(validation, train))).not.toBe(whole.slice(0, 16));
});

test('a shard that is not there is a failure', async () => {
	await expect(digestOfShards(shards('/nowhere', '/nowhere'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
});
