import {info} from '../../../lib/cli/info';
import {version} from '../../../lib/version';
import {reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {giveCheckpoint} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

beforeEach(reset);

function shown(path: string | undefined, settings = {}): string {
	const output = new MemoryOutput();
	info(path, settings, output);
	return output.text;
}

describe('info', () => {
	test('tells what the machine offers', () => {
		const text = shown(undefined);
		expect(text).toMatch(new RegExp(`^version +${version}$`, 'm'));
		expect(text).toMatch(/^cpu +avx2, 2 threads$/m);
		expect(text).toMatch(/^cuda +no NVIDIA driver/m);
		expect(text).toMatch(/^addon +fake\.node$/m);
		expect(JSON.parse(shown(undefined, {json: true}))).toMatchObject({instructionSets: 'avx2 baseline'});
	});

	test('tells what a checkpoint holds', () => {
		giveCheckpoint();
		const text = shown('a');
		expect(text).toMatch(/^parameters +3064$/m);
		expect(text).toMatch(/^step +7$/m);
		expect(text).toMatch(/^optimizer +.*"rho":0\.2/m);
		expect(JSON.parse(shown('a', {json: true}))).toMatchObject({width: 8, isa: 'avx2'});
	});

	test('tells what a model without a run holds', () => {
		giveCheckpoint();
		state.checkpoint = {...state.checkpoint, metadata: {config: state.checkpoint.metadata.config ?? ''}};
		expect(shown('a')).not.toMatch(/^(step|optimizer|isa)/m);
	});
});
