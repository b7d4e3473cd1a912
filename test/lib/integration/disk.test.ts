import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, chownSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Gpt2} from '../../../lib/gpt2';
import {temporaryDirectory} from '../temporary';
import {dist, makeData, start, type Ended} from './setup';

const directory = temporaryDirectory();
const at = (...names: string[]) => join(directory(), ...names);
const root = process.getuid?.() === 0;
const nobody = 65534;

/** Kilobytes that hold one checkpoint of 940 kB, and not a second beside it. */
const room = 1700;

beforeEach(async () => {
	await makeData(directory());
	chmodSync(directory(), 0o755);
	mkdirSync(at('run'));
});

/** A program that trains in `run`, saves every four steps and prints how it ended. */
const trains = (before: string, atStep5: string) => `
	const fs = require('node:fs');
	const {Dataset, Gpt2, Lion, Trainer} = require(${JSON.stringify(dist)});
	const directory = ${JSON.stringify(at('run'))};
	const begin = async () => {
		if (fs.existsSync(directory + '/last.safetensors')) return Trainer.resume(directory);
		const model = await Gpt2.create({layers: 2, heads: 2, width: 64, context: 16, vocabulary: 256});
		const data = Dataset.open(${JSON.stringify(at('data'))});
		return new Trainer({model, optimizer: new Lion(), data, directory, steps: 40, checkpoint: {every: 4}});
	};
	(async () => {
		const trainer = await begin();
		${before}
		for await (const {step} of trainer.run()) if (step === 5) { ${atStep5} }
	})().then(() => console.log('done'), (error) => console.log(error.name, error.code));
`;

/** The same under a limit of kilobytes for every file, which a write meets as it would a full disk. */
function startLimited(kilobytes: number, program: string): Promise<Pick<Ended, 'stdout'>> {
	const script = `ulimit -f ${kilobytes} && exec "$0" -e "$1"`;
	const child = spawn('bash', ['-c', script, process.execPath, program], {stdio: ['ignore', 'pipe', 'inherit']});
	let stdout = '';
	child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
	return new Promise((resolve) => child.on('close', () => resolve({stdout})));
}

/** The kept checkpoint loads, and nothing half-written lies beside it. */
async function expectWholeRun(): Promise<void> {
	using model = await Gpt2.load(at('run', 'last.safetensors'));
	expect(model.config.width).toBe(64);
	expect(readdirSync(at('run')).filter((name) => name.includes('.tmp'))).toEqual([]);
}

const failed = 'SophiaError ERR_SOPHIA_IO\n';

test('a file that cannot grow is ERR_SOPHIA_IO, and the old checkpoint stays', async () => {
	expect(await start(['-e', trains('', 'break;')]).ended).toMatchObject({stdout: 'done\n', stderr: ''});
	const before = readFileSync(at('run', 'last.safetensors'));
	expect(await startLimited(400, trains('', ''))).toEqual({stdout: failed});
	expect(readFileSync(at('run', 'last.safetensors')).equals(before)).toBe(true);
	await expectWholeRun();
});

const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${room}k`, 'tmpfs', at('run')]).status === 0;

/** Only root can make a disk that is full; elsewhere the test above stands alone. */
(root ? test : test.skip)('a full disk is ERR_SOPHIA_IO, and the old checkpoint stays', async () => {
	if (!mount()) {
		console.warn('this machine does not let root mount a small disk');
		return;
	}
	try {
		expect(await start(['-e', trains('', '')]).ended).toMatchObject({stdout: failed, stderr: ''});
		await expectWholeRun();
	} finally {
		spawnSync('umount', ['-l', at('run')]);
	}
});

test('a directory that becomes read-only is ERR_SOPHIA_IO, and the old checkpoint stays', async () => {
	if (root) {
		chownSync(at('run'), nobody, nobody);
	}
	const drop = root ? `process.setegid(${nobody}); process.seteuid(${nobody});` : '';
	const program = trains(drop, 'fs.chmodSync(directory, 0o555);');
	expect(await start(['-e', program]).ended).toMatchObject({stdout: failed, stderr: ''});
	chmodSync(at('run'), 0o755);
	await expectWholeRun();
});
