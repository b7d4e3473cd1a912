// The ratios on the GPU: a part of the pieces to a warp, every lane of which counts for itself; then a thread per bin
// adds up what the warps have found.
#include "../cuda/team.h"
#include "ratios.h"

namespace sophia {

namespace {

constexpr int kWarps = 4, kLanes = 32;  // of a block: 32 KB of counters
constexpr int kCounters = kRatioBins * kLanes;

}  // namespace

template <class T>
__global__ void ratios_count_kernel(Ratios<T> a) {
  const std::int64_t part = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.y;
  if (part >= a.parts) return;
  const unsigned lane = threadIdx.x;
  std::uint32_t* const counters = dynamic_shared<std::uint32_t>() + threadIdx.y * kCounters;  // (bins, lanes)
  for (int b = 0; b < kRatioBins; ++b) counters[b * kLanes + lane] = 0;
  for (std::int64_t p = part; p < a.table.piece_count; p += a.parts) {
    const Piece piece = a.table.pieces[p];
    const HessianNow<T> now = a.now[a.table.spans[piece.span].set];
    for (std::int64_t i = lane; i < piece.count; i += kLanes)
      ++counters[ratios::bin_at(a, now, piece.offset + i) * kLanes + lane];
  }
  Warp<1>::meet();
  for (int b = static_cast<int>(lane); b < kRatioBins; b += kLanes) {
    std::uint32_t sum = 0;
    for (unsigned i = 0; i < kLanes; ++i) sum += counters[b * kLanes + (i + lane) % kLanes];  // a bank for each lane
    a.partial[part * kRatioBins + b] = sum;
  }
}

template <class T>
__global__ void ratios_total_kernel(Ratios<T> a) {
  std::uint64_t sum = 0;
  for (std::int64_t part = 0; part < a.parts; ++part) sum += a.partial[part * kRatioBins + threadIdx.x];
  a.counts[threadIdx.x] = sum;
}

template <class T>
void count_ratios(Cuda& on, const Ratios<T>& a) {
  on.launch("ratios_count", {blocks_for(a.parts, kWarps), {kLanes, kWarps}, kWarps * kCounters * sizeof(std::uint32_t)},
            ratios_count_kernel<T>, a);
  on.launch("ratios_total", {1, kRatioBins}, ratios_total_kernel<T>, a);
}

template void count_ratios(Cuda&, const Ratios<float>&);

}  // namespace sophia
