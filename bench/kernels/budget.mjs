// What a kernel may use, native/cuda/budgets.json: {target: {kernel: budget}}.
//
//   registers, sharedBytes   at most; a warp's registers are handed out in eights per thread
//   occupancy                percent of a multiprocessor's warps, at least
//   wide                     loads and stores of 128 bits, at least; absent where the kernel moves single numbers
//   exception                {spillBytes, localBytes, cost}, where one is named; both are zero elsewhere

/** The budget that fits a kernel as it is. An exception is named by hand, with its cost. */
export function budgetOf(kernel, exception) {
	return {
		registers: 8 * Math.ceil(kernel.registers / 8),
		sharedBytes: kernel.sharedBytes,
		occupancy: kernel.percent,
		...(kernel.wide > 0 && {wide: kernel.wide}),
		...(exception && {exception}),
	};
}

function overruns(kernel, budget) {
	const {spillBytes = 0, localBytes = 0} = budget.exception ?? {};
	const most = (what, got, want) => (got <= want ? [] : [`${what} ${got}, at most ${want}`]);
	const least = (what, got, want) => (got >= want ? [] : [`${what} ${got}, at least ${want}`]);
	return [
		...most('registers', kernel.registers, budget.registers),
		...most('bytes of shared memory', kernel.sharedBytes, budget.sharedBytes),
		...most('bytes of spills', kernel.spillBytes, spillBytes),
		...most('bytes of local memory', kernel.localBytes, localBytes),
		...least('percent of occupancy', kernel.percent, budget.occupancy),
		...least('128-bit accesses', kernel.wide, budget.wide ?? 0),
	];
}

/** A sentence for everything that does not fit, each with the kernel and both numbers. */
export function compare(target, kernels, budgets = {}) {
	const of = (name) => `${name} for sm_${target}`;
	const wrong = Object.entries(kernels).flatMap(([name, kernel]) =>
		budgets[name]
			? overruns(kernel, budgets[name]).map((text) => `${of(name)}: ${text}`)
			: [`${of(name)} has no budget`],
	);
	const stale = Object.keys(budgets).filter((name) => !kernels[name]);
	const unnamed = Object.entries(budgets).filter(([, {exception}]) => exception && !exception.cost);
	return [
		...wrong,
		...stale.map((name) => `${of(name)} has a budget, but is no kernel`),
		...unnamed.map(([name]) => `${of(name)} has an exception that does not say its cost`),
	];
}
