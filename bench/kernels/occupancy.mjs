// How many blocks of a kernel a multiprocessor holds at once, and which part of its warps that fills.
//
// The limits are those of the CUDA C++ Programming Guide, appendix "Compute Capabilities", table "Technical
// Specifications per Compute Capability"; how registers and shared memory are handed out, of its section on hardware
// multithreading and of cuda_occupancy.h, which comes with the toolkit.

const KiB = 1024;
const registers = 64 * KiB; // of a multiprocessor, and the most of a block
const parts = 4; // of a multiprocessor: registers are handed out in each by itself
const registerUnit = 256; // a warp's registers are a multiple

/**
 * Of each target: the most warps and blocks of a multiprocessor; its shared memory, what a block takes of that besides
 * its own, and the unit in which it is handed out; the most shared memory of a block.
 */
export const limits = {
	75: {warps: 32, blocks: 16, sharedBytes: 64 * KiB, reservedBytes: 0, sharedUnit: 256, blockSharedBytes: 64 * KiB},
	80: {warps: 64, blocks: 32, sharedBytes: 164 * KiB, reservedBytes: KiB, sharedUnit: 128, blockSharedBytes: 163 * KiB},
	86: {warps: 48, blocks: 16, sharedBytes: 100 * KiB, reservedBytes: KiB, sharedUnit: 128, blockSharedBytes: 99 * KiB},
	89: {warps: 48, blocks: 24, sharedBytes: 100 * KiB, reservedBytes: KiB, sharedUnit: 128, blockSharedBytes: 99 * KiB},
	90: {warps: 64, blocks: 32, sharedBytes: 228 * KiB, reservedBytes: KiB, sharedUnit: 128, blockSharedBytes: 227 * KiB},
	100: {
		warps: 64,
		blocks: 32,
		sharedBytes: 228 * KiB,
		reservedBytes: KiB,
		sharedUnit: 128,
		blockSharedBytes: 227 * KiB,
	},
	120: {warps: 48, blocks: 24, sharedBytes: 100 * KiB, reservedBytes: KiB, sharedUnit: 128, blockSharedBytes: 99 * KiB},
};

const upTo = (unit, count) => Math.ceil(count / unit) * unit;

function blocksByRegisters(kernel, warps) {
	const ofWarp = upTo(registerUnit, kernel.registers * 32);
	if (ofWarp * upTo(parts, warps) > registers || kernel.registers > 255) return 0;
	return Math.floor((Math.floor(registers / parts / ofWarp) * parts) / warps);
}

function blocksBySharedMemory(kernel, limit) {
	if (kernel.sharedBytes > limit.blockSharedBytes) return 0;
	const ofBlock = upTo(limit.sharedUnit, kernel.sharedBytes + limit.reservedBytes);
	return ofBlock === 0 ? Infinity : Math.floor(limit.sharedBytes / ofBlock);
}

/** For {registers of a thread, threads of a block, sharedBytes of a block, static and dynamic}. */
export function occupancy(target, kernel) {
	const limit = limits[target];
	const warps = Math.ceil(kernel.threads / 32);
	const blocks = Math.min(
		limit.blocks,
		Math.floor(limit.warps / warps),
		blocksByRegisters(kernel, warps),
		blocksBySharedMemory(kernel, limit),
	);
	return {blocks, percent: Math.floor((100 * blocks * warps) / limit.warps)};
}
