#!/usr/bin/env bash
# The first thing to run on a machine with an NVIDIA GPU; it needs no other step.
#
#   bash bench/gpu.sh [turns of the kernel benchmark] [sequences in a batch]
#
# Says in one sentence what is missing, with exit status 2, before it does anything. Then it builds for the GPU at hand,
# runs every test on it, under compute-sanitizer too where that is installed, times every kernel and a training of GPT-2
# 124M. A step that fails is reported and does not stop the others; the exit status is 1 when one did. Everything is also
# in build/gpu/report.txt, and the tables for a README in build/gpu/readme.md.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
turns=${1:-21}
batch=${2:-8}
out=build/gpu
rows=()
failed=0

missing() {
	echo "gpu: $1" >&2
	exit 2
}

# Where CMake looks as well.
find_nvcc() {
	local folder
	command -v nvcc && return
	for folder in "${CUDA_PATH:-}" "${CUDA_HOME:-}" /usr/local/cuda /opt/cuda; do
		[ -n "$folder" ] && [ -x "$folder/bin/nvcc" ] && echo "$folder/bin/nvcc" && return
	done
	return 1
}

gpu() { nvidia-smi --id=0 --query-gpu="$1" --format=csv,noheader 2>/dev/null; }

check_machine() {
	local nvcc supported release capability
	command -v node >/dev/null || missing "there is no node: install Node 20.9 or newer."
	node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 9) ? 0 : 1)' ||
		missing "Node $(node --version) is too old: install 20.9 or newer."
	command -v npm >/dev/null || missing "there is no npm: install the one that comes with Node."
	command -v nvidia-smi >/dev/null || missing "there is no NVIDIA driver here: nvidia-smi is not installed."
	capability=$(gpu compute_cap) || missing "there is no NVIDIA GPU here, or its driver does not answer nvidia-smi."
	[ -n "$capability" ] || missing "there is no NVIDIA GPU here: nvidia-smi lists none."
	[ "${capability/./}" -ge 75 ] || missing "the GPU has compute capability $capability, but 7.5 is needed."
	nvcc=$(find_nvcc) || missing "there is no nvcc: install the CUDA toolkit 13, or name its folder in CUDA_PATH."
	release=$("$nvcc" --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')
	[ "${release%%.*}" -ge 13 ] || missing "nvcc is of CUDA $release, but CUDA 13 is needed."
	supported=$(nvidia-smi | sed -n 's/.*CUDA Version: *\([0-9.]*\).*/\1/p')
	[ "${supported%%.*}" -ge "${release%%.*}" ] ||
		missing "the NVIDIA driver supports CUDA $supported, but nvcc is of CUDA $release: install driver R580 or newer."
	PATH=$(dirname "$nvcc"):$PATH:$PWD/build/tools/node_modules/.bin # npm's cmake and ninja, where setup.mjs fetched them
	export PATH
}

# step NAME COMMAND…: shows what it prints, and keeps it in build/gpu/NAME.log.
step() {
	local name=$1 start=$SECONDS result=passed
	shift
	printf '\n== %s\n' "$name"
	"$@" </dev/null 2>&1 | tee "$out/${name// /-}.log"
	[ "${PIPESTATUS[0]}" -eq 0 ] || result=FAILED
	[ "$result" = passed ] || failed=$((failed + 1))
	rows+=("$(printf '%-28s %-8s %6d s' "$name" "$result" $((SECONDS - start)))")
}
skip() {
	printf '\n== %s: left out, %s\n' "$1" "$2"
	rows+=("$(printf '%-28s %-8s %s' "$1" 'left out' "$2")")
}

build_for_gpu() {
	cmake -S . -B build/cmake -DSOPHIA_BENCH=ON && cmake --build build/cmake --target silicon bench_kernels --parallel "$(nproc)"
}

# Shows the tests that fail and what was left out; everything is in the log that `step` keeps.
sanitized() {
	compute-sanitizer --tool "$1" --error-exitcode 1 build/tests/silicon
}

# `auto` is CUDA, if it is available.
typescript() {
	node -e 'const {available, reason} = require("./dist").cuda(); if (!available) throw new Error(reason)' &&
		node node_modules/jest/bin/jest.js test/lib
}

tests() {
	step "tests on the GPU" build/tests/silicon
	if command -v compute-sanitizer >/dev/null; then
		for tool in memcheck racecheck initcheck; do step "$tool" sanitized "$tool"; done
	else
		skip compute-sanitizer "it is not installed"
	fi
	step "TypeScript suite on cuda" typescript
}

# The tables, as they may stand in a README.
write_markdown() {
	{
		printf 'On one %s, driver %s, CUDA %s, at commit %s.\n\n' "$(gpu name)" "$(gpu driver_version)" \
			"$(nvcc --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')" "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
		cat "$out/kernels.log" 2>/dev/null
		echo
		cat "$out/training.log" 2>/dev/null
	} >"$out/readme.md"
}

run() {
	local python=${PYTHON:-python3}
	echo "$(gpu name), compute capability $(gpu compute_cap), driver $(gpu driver_version)"
	step "npm packages" npm ci
	step "build and setup" node setup.mjs --tests
	step "build for the GPU" build_for_gpu
	tests
	step kernels build/bench/kernels "$turns" "$batch"
	step training node bench/throughput.mjs --batch "$batch" --python "$python"
	cmake -S . -B build/cmake -DSOPHIA_BENCH=OFF >/dev/null 2>&1
	write_markdown
	printf '\n%-28s %-8s %8s\n' step result time
	printf '%s\n' "${rows[@]}"
	printf '\nThe tables for a README are in %s, all of this in %s.\n' "$out/readme.md" "$out/report.txt"
	[ "$failed" -eq 0 ]
}

check_machine
mkdir -p "$out" && rm -f "$out"/*.log
run 2>&1 | tee "$out/report.txt"
exit "${PIPESTATUS[0]}"
