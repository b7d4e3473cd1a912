import {Contender} from '../../bench/contender';
import {tfjs} from '../../bench/rivals/tfjs';

const setting = {threads: 1, isa: '', python: ''};
const launched = (name: string) => tfjs.find((rival) => rival.name === name)?.launch(setting);

test('TensorFlow.js in JavaScript has Adam, and refuses the rest', async () => {
	const launch = await launched('tfjs');
	if (launch === undefined || 'missing' in launch) throw new Error('a development dependency is not there');
	using contender = new Contender('tfjs', launch);
	expect((await contender.ask({ask: 'describe'}, 60)).name).toMatch(/^TensorFlow\.js \d+\.\d+\.\d+ cpu$/);
	const of = {kind: 'optimizer', sizes: '3 70', optimizer: 'adamw'};
	expect(await contender.ask({ask: 'prepare', ...of}, 60)).toEqual({ready: true});
	expect((await contender.ask({ask: 'turn', seconds: 1e-3}, 60)).count).toBeGreaterThan(0);
	expect(await contender.ask({ask: 'prepare', ...of, optimizer: 'lion'}, 60)).toEqual({refused: 'it has Adam only'});
	expect(await contender.ask({ask: 'prepare', kind: 'product'}, 60)).toEqual({refused: 'it has no product'});
});

test('what was not installed is said, with how to install it', async () => {
	expect(await launched('tfjs wasm')).toEqual({
		missing: 'no @tensorflow/tfjs-backend-wasm',
		install: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm',
	});
});
