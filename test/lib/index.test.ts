import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import * as face from '../../lib/index';

describe('the package', () => {
	test('exports these values', () => {
		expect(Object.keys(face).sort()).toEqual([
			'AbortError',
			'AdamMini',
			'AdamW',
			'CautiousAdamW',
			'CautiousLion',
			'Dataset',
			'Device',
			'Event',
			'Gpt2',
			'Kron',
			'Lion',
			'Mars',
			'Muon',
			'NAdamW',
			'Optimizer',
			'OptimizerState',
			'ParameterVector',
			'Scion',
			'Sgd',
			'Soap',
			'SophiaError',
			'SophiaG',
			'SophiaH',
			'Tensor',
			'Trainer',
			'bytes',
			'checkGradient',
			'checkHessianVectorProduct',
			'cpu',
			'cuda',
			'devices',
			'gnb',
			'gpt2',
			'hessianDiagonal',
			'hutchinson',
			'lanczos',
			'layers',
			'learningRate',
			'makeSchedule',
			'optimizerFromJson',
			'optimizerNames',
			'parameterCount',
			'preset',
			'presetSizes',
			'requiredMemory',
			'sampleText',
			'suggest',
		]);
	});

	test('exports the same names, values and types, as an ES module', () => {
		const names = (file: string) => {
			const text = readFileSync(join(__dirname, '../../lib', file), 'utf8');
			return [...text.matchAll(/export (type )?\{([^}]*)\}/g)]
				.flatMap(([, type = '', list = '']) => list.split(',').map((name) => type + name.trim()))
				.filter((name) => !/^(type )?$/.test(name))
				.sort();
		};
		expect(names('index.mts')).toEqual(names('index.ts'));
	});
});
