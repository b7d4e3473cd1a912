// The order of small integers on the GPU: a block per chunk, in which a thread counts one digit and places two keys.
#include "order.h"
#include <utility>
#include "../cuda/team.h"

namespace sophia {

namespace {

using namespace orders;

// One pass, from `from` to `to`; the first has no `from` yet and takes the keys.
struct Pass {
  const std::int32_t* keys;
  const Keyed* from;
  Keyed* to;
  std::int32_t* counts;  // (chunks, kDigits)
  std::int64_t count, chunks;
  int shift;
};

// The chunk of this block, and its digits in shared memory.
struct Chunk {
  std::int64_t first;
  int count;

  DEVICE explicit Chunk(const Pass& a)
      : first(blockIdx.x * kChunk), count(static_cast<int>(a.count - first < kChunk ? a.count - first : kChunk)) {}

  DEVICE Keyed item(const Pass& a, int i) const {
    const auto at = first + i;
    return a.from ? a.from[at] : Keyed{a.keys[at], static_cast<std::int32_t>(at)};
  }
  DEVICE static int digit(const Pass& a, Keyed item) { return item.key >> a.shift & (kDigits - 1); }

  DEVICE void read(const Pass& a, std::int32_t* digits) const {
    for (int i = threadIdx.x; i < count; i += kDigits) digits[i] = digit(a, item(a, i));
    __syncthreads();
  }
  // How many of the first `end` digits are `digit`.
  DEVICE static int count_of(const std::int32_t* digits, int digit, int end) {
    int found = 0;
    for (int i = 0; i < end; ++i) found += digits[i] == digit;
    return found;
  }
};

// Where the first key of this chunk with each digit goes. Every block reads the counts of all chunks: with 128 chunks,
// 65,536 keys, that is 16 MB from the second-level cache, and one kernel fewer per pass.
DEVICE void find_places(const Pass& a, std::int32_t* totals, std::int32_t* places) {
  const int digit = static_cast<int>(threadIdx.x);
  std::int32_t total = 0, before = 0;
  for (std::int64_t chunk = 0; chunk < a.chunks; ++chunk) {
    const auto here = a.counts[chunk * kDigits + digit];
    total += here;
    before += chunk < blockIdx.x ? here : 0;
  }
  totals[digit] = total;
  __syncthreads();
  for (int smaller = 0; smaller < digit; ++smaller) before += totals[smaller];
  places[digit] = before;
  __syncthreads();
}

}  // namespace

__global__ void order_count_kernel(Pass a) {
  __shared__ std::int32_t digits[kChunk];
  const Chunk chunk(a);
  chunk.read(a, digits);
  const int digit = static_cast<int>(threadIdx.x);
  a.counts[static_cast<std::int64_t>(blockIdx.x) * kDigits + digit] = Chunk::count_of(digits, digit, chunk.count);
}

__global__ void order_move_kernel(Pass a) {
  __shared__ std::int32_t digits[kChunk], totals[kDigits], places[kDigits];
  const Chunk chunk(a);
  chunk.read(a, digits);
  find_places(a, totals, places);
  for (int i = threadIdx.x; i < chunk.count; i += kDigits) {
    const Keyed item = chunk.item(a, i);
    const int digit = Chunk::digit(a, item);
    a.to[places[digit] + Chunk::count_of(digits, digit, i)] = item;
  }
}

void order(Cuda& on, const Order& a) {
  const std::int64_t count = chunks(a.count);
  const Grid grid{blocks_for(a.count, kChunk), kDigits};
  const int last = passes(a.bound) - 1;
  for (int p = 0; p <= last; ++p) {
    Keyed* const to = (last - p) % 2 == 0 ? a.sorted : a.other;
    const Keyed* const from = p == 0 ? nullptr : to == a.sorted ? a.other : a.sorted;
    const Pass pass{a.keys, from, to, a.counts, a.count, count, p * kDigitBits};
    on.launch("order_count", grid, order_count_kernel, pass);
    on.launch("order_move", grid, order_move_kernel, pass);
  }
}

}  // namespace sophia
