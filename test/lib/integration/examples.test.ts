import {spawn} from 'node:child_process';
import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {temporaryDirectory} from '../temporary';
import {sentences} from './setup';

const directory = temporaryDirectory();
const examples = join(__dirname, '../../../examples');

/** What each example must print. */
const prints: Readonly<Record<string, RegExp>> = {
	'train.mjs': /step 50: loss .*\nstep 100: loss \d\.\d{3}, validation \d\.\d{3}, win rate [\d.e-]+\n./,
	'tfjs.mjs': /^epoch 1: loss \d[^]*\nepoch 5: loss 0\.\d{3}, accuracy 0\.(8[5-9]|9\d), win rate 0\.[1-5]\d\n$/,
	'resume.mjs': /^stopped: time for lunch\nwent on at step \d+ to step 60\n$/,
	'curvature.mjs':
		/^before: largest [^]* ± [^]*\nloss [\d.]+, negative estimates 0\.\d\d\nafter: largest eigenvalue [^]*\n {2}trace [^]*\n$/,
	'classifier.mjs':
		/^adamw {4}loss 0\.[45]\d\d at learning rate [\d.]+, β₂ [\d.]+\nsophia-g loss 0\.3\d\d at learning rate [\d.]+, ρ [\d.]+, win rate 0\.\d\d\n$/,
	'regression.mjs':
		/^(step \d+: loss \d\.\d{3}, win rate [\d.]+\n){6}off the curve by 0\.0[1-3]\d, where the points are off by 0\.2\n$/,
	'policy.mjs':
		/^(update \d+: earned [\d.]+, win rate [\d.]+\n){5}update 60: earned 1\.(5[5-9]|60), win rate 0\.\d\d\nthe straight way to the right earns 1\.60\n$/,
	'hutchinson.mjs':
		/^the product is right: true\n(step \d+: loss 0\.\d{4}, win rate 0\.\d\d, negative estimates 0\.\d\d\n){5}step 300: loss 0\.00\d\d, [^\n]*\n$/,
	'hessian.mjs':
		/^20 parameters, loss 0\.\d{4} nats\n.*: (-?[\d.]+), \1\n.*dense Hessian times u: \d+e-[678] apart\n.*transpose: \d+e-[678] at most\n.*gradient: \d+e-[456] apart\nuᵀHv = (-?[\d.]+), vᵀHu = \2\n$/,
	'muon.mjs':
		/^muon moves first, 32×48\nmuon moves second, 48×48\nadamw moves table, \d+×16\nadamw moves head, 48×\d+\nadamw moves bias, 48\n(step \d00: loss [012]\.\d{3} of [34]\.\d{3} nats\n){3}$/,
	'compare.mjs': /adamw +\d\.\d{4} nats per byte\n[^]*lion +\d\.\d{4}[^]*sophia-g \d\.\d{4} nats per byte\n$/,
};

const programs = readdirSync(examples).filter((name) => name.endsWith('.mjs'));

test.each(programs)('examples/%s runs and prints what it should', async (name) => {
	const text = join(directory(), 'text.txt');
	writeFileSync(text, sentences(1000));
	const child = spawn(process.execPath, [join(examples, name), text], {cwd: directory()});
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
	child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
	const code = await new Promise((resolve) => child.on('close', resolve));
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	expect(stdout).toMatch(prints[name] ?? /no example of this name is known/);
});
