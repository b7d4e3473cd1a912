import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {misfit} from '../../lib/elf';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();

/** A header and `sections` descriptions of 64 bytes at `position`, on so many bytes. */
function library({machine = 62, position = 100, sections = 2, size = 228, magic = '7f454c460201'} = {}) {
	const path = join(directory(), 'x.node');
	const bytes = Buffer.alloc(Math.max(size, 64));
	bytes.write(magic, 'hex');
	bytes.writeUInt16LE(machine, 18);
	bytes.writeBigUInt64LE(BigInt(position), 40);
	bytes.writeUInt16LE(64, 58);
	bytes.writeUInt16LE(sections, 60);
	writeFileSync(path, bytes.subarray(0, size));
	return path;
}

test.each([
	['whole', {}, undefined],
	['longer than its sections', {size: 1000}, undefined],
	['without sections', {position: 0, sections: 0}, undefined],
	['without its last byte', {size: 227}, 'it is cut short: 227 bytes of 228'],
	['cut within its code', {size: 70}, 'it is cut short: 70 bytes of 228'],
	['with a table far away', {position: 2 ** 52}, `it is cut short: 228 bytes of ${2 ** 52 + 128}`],
	['empty', {size: 0}, 'it is no library of 64 bits (0 bytes)'],
	['cut within its header', {size: 63}, 'it is no library of 64 bits (63 bytes)'],
	['of 32 bits', {magic: '7f454c460101'}, 'it is no library of 64 bits (228 bytes)'],
	['of big-endian numbers', {magic: '7f454c460202'}, 'it is no library of 64 bits (228 bytes)'],
	['for another processor', {machine: 183}, 'it is for arm64, and this is x64'],
	['for a processor without a name', {machine: 243}, 'it is for ELF machine 243, and this is x64'],
])('a file that is %s', (_what, file, reason) => {
	expect(misfit(library(file), 'x64')).toBe(reason);
});

test('on a processor that is not known here, none is wrong', () => {
	expect(misfit(library(), 'riscv64')).toBeUndefined();
});

test('a file that is not there is the error of the system', () => {
	expect(() => misfit(join(directory(), 'none'))).toThrow(expect.objectContaining({code: 'ENOENT'}));
});

test('the program that runs this test fits', () => {
	expect(process.platform === 'linux' ? misfit(process.execPath) : undefined).toBeUndefined();
});
