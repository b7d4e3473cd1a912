// What a step of an attached optimizer costs, from JavaScript: over 148 tensors that hold one number each, which is the
// call alone, and over GPT-2 124M's 148 tensors, beside a copy of the same memory.
//
//   node bench/steps.mjs [--threads N] [--turns N]
import {parseArgs} from 'node:util';
import {AdamW, Device, Lion, SophiaG} from '../dist/index.mjs';

const {values} = parseArgs({
	options: {
		threads: {type: 'string', default: '2'},
		turns: {type: 'string', default: '20'},
		scale: {type: 'string', default: '1'},
	},
});
const device = Device.cpu({threads: Number(values.threads)});
const turns = Number(values.turns);

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const time = (work) => {
	const begin = performance.now();
	work();
	return performance.now() - begin;
};
const spread = (numbers, unit) => {
	const sorted = numbers.sort((a, b) => a - b);
	const at = (part) => sorted[Math.floor(part * (sorted.length - 1))].toFixed(1);
	return `${at(0.5)} ${unit} (${at(0)} to ${at(1)})`;
};

/** The sizes of GPT-2's tensors: 12 blocks of 12 and 4 more. */
function sizes() {
	const [width, vocabulary, context] = [Math.round(768 * Math.sqrt(Number(values.scale))), 50257, 1024];
	const block = [
		...[width, width, 3 * width * width, 3 * width, width * width, width],
		...[width, width, 4 * width * width, 4 * width, 4 * width * width, width],
	];
	return [
		Math.round(vocabulary * Number(values.scale)) * width,
		context * width,
		...Array(12).fill(block).flat(),
		width,
		width,
	];
}

function overhead() {
	const ones = () => Array.from({length: 148}, () => device.zeros([1]));
	const arrays = () => Array.from({length: 148}, () => new Float32Array(1));
	const state = new SophiaG().attach(ones(), device);
	const calls = 500;
	const ways = {
		'the same tensors': [ones()],
		'the same arrays': [arrays()],
		'other tensors every time': [ones(), ones()],
		'other arrays every time': [arrays(), arrays()],
	};
	for (const [name, gradients] of Object.entries(ways)) {
		const microseconds = Array.from(
			{length: turns},
			() =>
				(1e3 / calls) * time(() => Array.from({length: calls}, (_, i) => state.step(gradients[i % gradients.length]))),
		);
		console.log(`a step over 148 tensors of one number, gradients in ${name}: ${spread(microseconds, 'µs')}`);
	}
}

function work() {
	const tensors = () => sizes().map((size) => device.zeros([size]));
	const [params, gradients] = [tensors(), tensors()];
	gradients.forEach((gradient) => gradient.fill(1e-3));
	const count = sizes().reduce((sum, size) => sum + size, 0);
	const [from, to] = [new Float32Array(count).fill(1), new Float32Array(count)];
	for (const [optimizer, bytes] of [
		[new SophiaG(), 24],
		[new AdamW(), 28],
		[new Lion(), 20],
	]) {
		const state = optimizer.attach(params, device);
		const step = () => state.step(gradients, {checked: false});
		step();
		const ratios = Array.from({length: turns}, () => time(step) / bytes / (time(() => to.set(from)) / 8));
		const milliseconds = median(Array.from({length: 5}, () => time(step)));
		const rate = ((bytes * count) / milliseconds / 1e6).toFixed(0);
		console.log(
			`${optimizer.name} over ${(count / 1e6).toFixed(1)} million numbers: ${milliseconds.toFixed(0)} ms, ${rate} GB/s; ` +
				`for a byte it takes ${spread(
					ratios.map((ratio) => 100 * ratio),
					'%',
				)} of a copy by one thread`,
		);
		state.dispose();
	}
}

overhead();
work();
