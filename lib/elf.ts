/**
What a file of machine code says about itself on Linux. It is asked before the file is loaded: the system maps a file
that is cut short as if it were whole, and ends the process where it reads what is not there.
*/
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {arch as architecture} from 'node:process';

/** Places in the header of a 64-bit ELF file, in bytes. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const header = {bytes: 64, machine: 18, sections: 40, sectionBytes: 58, sectionCount: 60};
const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]); // ELF, 64 bits, little-endian

/** The numbers of the machines that Node names. */
const machines: Readonly<Record<string, number>> = {x64: 62, arm64: 183};

/**
Why the file is no addon for this machine; undefined if nothing speaks against it.

@throws the system's error when the file cannot be read.
*/
export function misfit(path: string, machine: string = architecture): string | undefined {
	const file = openSync(path, 'r');
	try {
		const {size} = fstatSync(file);
		const start = Buffer.alloc(header.bytes);
		const read = readSync(file, start, 0, header.bytes, 0);
		if (read < header.bytes || !start.subarray(0, magic.length).equals(magic)) {
			return `it is no library of 64 bits (${size} bytes)`;
		}
		return wrongMachine(start.readUInt16LE(header.machine), machine) ?? cutShort(start, size);
	} finally {
		closeSync(file);
	}
}

function wrongMachine(found: number, machine: string): string | undefined {
	const expected = machines[machine];
	if (expected === undefined || found === expected) {
		return undefined;
	}
	const [name] = Object.entries(machines).find(([, number]) => number === found) ?? [`ELF machine ${found}`];
	return `it is for ${name}, and this is ${machine}`;
}

/** Linkers put the table of sections last. */
function cutShort(start: Buffer, size: number): string | undefined {
	const sections = start.readUInt16LE(header.sectionBytes) * start.readUInt16LE(header.sectionCount);
	const end = start.readBigUInt64LE(header.sections) + BigInt(sections);
	return end <= BigInt(size) ? undefined : `it is cut short: ${size} bytes of ${end}`;
}
