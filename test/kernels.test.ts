// What bench/kernels.mjs knows of kernels, on texts that stand here: needs no nvcc.
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';

/** What a function of bench/kernels/ makes of each of these, in a process of its own: jest loads no ES modules. */
function results(module: string, name: string, ...calls: readonly (readonly unknown[])[]): unknown[] {
	const path = JSON.stringify(join(__dirname, '..', 'bench', 'kernels', `${module}.mjs`));
	const code = `import {${name} as f} from ${path};
		console.log(JSON.stringify(${JSON.stringify(calls)}.map((call) => f(...call))));`;
	return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code]).toString()) as unknown[];
}
const call = (module: string, name: string, ...args: readonly unknown[]) => results(module, name, args)[0];

const ptx = `
.target sm_90
.visible .entry _Z1av(
	.param .u64 _Z1av_param_0
)
{
	ld.param.u64 	%rd1, [_Z1av_param_0];
	ld.global.nc.v4.f32 	{%f1, %f2, %f3, %f4}, [%rd1];
	ld.global.v2.f64 	{%fd1, %fd2}, [%rd1];
	ld.shared.v4.f32 	{%f1, %f2, %f3, %f4}, [%r1];
	@%p1 st.global.f32 	[%rd1], %f1;
	ld.global.v4.u16 	{%rs1, %rs2, %rs3, %rs4}, [%rd1];
	ld.u32 	%r1, [%rd2];
}
.entry _Z1bv()
{
	st.global.v4.b32 	[%rd1], {%r1, %r2, %r3, %r4};
	cp.async.cg.shared.global [%r1], [%rd1], 16, %r2;
	cp.async.ca.shared.global [%r1+64], [%rd1], 4;
	cp.async.commit_group;
}
`;

test('accesses to global memory are counted by their width, kernel by kernel', () => {
	expect(call('ptx', 'accesses', ptx)).toEqual({_Z1av: {wide: 2, narrow: 3}, _Z1bv: {wide: 2, narrow: 1}});
});

test('resources are those that ptxas lists, kernel by kernel', () => {
	const log = `ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function '_Z1av' for 'sm_90'
ptxas info    : Function properties for _Z1av
    16 bytes stack frame, 12 bytes spill stores, 8 bytes spill loads
ptxas info    : Used 168 registers, used 1 barriers, 16 bytes cumulative stack size, 5120 bytes smem, 4 bytes cmem[2]
ptxas info    : Compile time = 13.125 ms
ptxas info    : Compiling entry function '_Z1bv' for 'sm_90'
ptxas info    : Function properties for _Z1bv
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 18 registers, used 0 barriers
`;
	expect(call('ptx', 'resources', log)).toEqual({
		_Z1av: {registers: 168, staticBytes: 5120, spillBytes: 20, localBytes: 16},
		_Z1bv: {registers: 18, staticBytes: 0, spillBytes: 0, localBytes: 0},
	});
});

test('a kernel is called by its name and its template arguments', () => {
	const short = (demangled: string) => call('ptx', 'shortName', demangled);
	expect(
		short('void sophia::layernorm_forward_kernel<4, sophia::Dual<float> >(sophia::LayerNorm<sophia::Dual<float> >)'),
	).toBe('layernorm_forward<4, Dual<float>>');
	expect(short('sophia::(anonymous namespace)::order_count_kernel(sophia::(anonymous namespace)::Pass)')).toBe(
		'order_count',
	);
});

// Targets, registers, threads, bytes; then blocks, by NVIDIA's own calculator, cuda_occupancy.h of CUDA 13.0.
test('occupancy is what NVIDIA calculates', () => {
	const known = [
		[75, 64, 256, 0, 4, 100],
		[80, 32, 256, 0, 8, 100],
		[80, 33, 256, 0, 6, 75],
		[86, 40, 128, 0, 12, 100],
		[89, 16, 32, 0, 24, 50],
		[90, 255, 256, 0, 1, 12],
		[90, 255, 512, 0, 0, 0],
		[90, 64, 256, 60_000, 3, 37],
		[100, 72, 192, 0, 4, 37],
		[120, 32, 64, 60_000, 1, 4],
		[120, 32, 64, 102_000, 0, 0],
	] as const;
	const calls = known.map(([target, registers, threads, sharedBytes]) => [target, {registers, threads, sharedBytes}]);
	expect(results('occupancy', 'occupancy', ...calls)).toEqual(
		known.map(([, , , , blocks, percent]) => ({blocks, percent})),
	);
});

describe('a budget', () => {
	const kernel = {registers: 37, sharedBytes: 512, spillBytes: 0, localBytes: 0, percent: 75, wide: 3};
	const budget = {registers: 40, sharedBytes: 512, occupancy: 75, wide: 3};
	const compare = (kernels: object, budgets: object) => call('budget', 'compare', 90, kernels, budgets);

	test('is what the kernel takes, its registers as they are handed out', () => {
		expect(call('budget', 'budgetOf', kernel)).toEqual(budget);
		expect(compare({a: kernel}, {a: budget})).toEqual([]);
	});

	test('names the kernel and both numbers where it does not hold', () => {
		const changes = [
			[{registers: 41}, 'registers 41, at most 40'],
			[{sharedBytes: 513}, 'bytes of shared memory 513, at most 512'],
			[{spillBytes: 4}, 'bytes of spills 4, at most 0'],
			[{localBytes: 8}, 'bytes of local memory 8, at most 0'],
			[{percent: 74}, 'percent of occupancy 74, at least 75'],
			[{wide: 2}, '128-bit accesses 2, at least 3'],
		] as const;
		const calls = changes.map(([change]) => [90, {a: {...kernel, ...change}}, {a: budget}]);
		expect(results('budget', 'compare', ...calls)).toEqual(changes.map(([, text]) => [`a for sm_90: ${text}`]));
	});

	test('is missing for a new kernel, and stale without its kernel', () => {
		expect(compare({a: kernel}, {b: budget})).toEqual([
			'a for sm_90 has no budget',
			'b for sm_90 has a budget, but is no kernel',
		]);
	});

	test('may name an exception with its cost', () => {
		const spilling = {...kernel, spillBytes: 8, localBytes: 8};
		const exception = {spillBytes: 8, localBytes: 8, cost: 'two loads a row'};
		expect(compare({a: spilling}, {a: {...budget, exception}})).toEqual([]);
		expect(compare({a: spilling}, {a: {...budget, exception: {...exception, cost: ''}}})).toHaveLength(1);
		expect(call('budget', 'budgetOf', spilling, exception)).toEqual({...budget, exception});
	});
});
