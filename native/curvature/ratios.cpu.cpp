// The ratios on the CPU: a part of the pieces to a task.
#include "ratios.h"
#include "../cpu/cpu.h"

namespace sophia {

namespace {

constexpr std::int64_t kAtOnce = 256;  // coordinates whose bins are found, a pack at a time, before they are counted
constexpr int kTables = 4;  // of counts, in turn: most counts would else wait for the last one of the same bin

template <class T>
void count_piece(const Ratios<T>& a, const Piece& piece, std::uint32_t (&counts)[kTables][kRatioBins]) {
  const HessianNow<T> now = a.now[a.table.spans[piece.span].set];
  for (std::int64_t i = 0; i < piece.count; i += kAtOnce) {
    const auto count = std::min(kAtOnce, piece.count - i);
    int bins[kAtOnce];
    for (std::int64_t j = 0; j < count; ++j) bins[j] = ratios::bin_at(a, now, piece.offset + i + j);
    for (std::int64_t j = 0; j < count; ++j) ++counts[j % kTables][bins[j]];
  }
}

}  // namespace

template <class Isa, class T>
void count_ratios(Cpu<Isa>& on, const Ratios<T>& a) {
  on.parallel(a.parts, [&](std::int64_t part) {
    std::uint32_t counts[kTables][kRatioBins] = {};
    for (std::int64_t p = part; p < a.table.piece_count; p += a.parts) count_piece(a, a.table.pieces[p], counts);
    for (int b = 0; b < kRatioBins; ++b) {
      a.partial[part * kRatioBins + b] = 0;
      for (const auto& table : counts) a.partial[part * kRatioBins + b] += table[b];
    }
  });
  std::fill_n(a.counts, kRatioBins, 0);
  for (std::int64_t i = 0; i < a.parts * kRatioBins; ++i) a.counts[i % kRatioBins] += a.partial[i];
}

template void count_ratios(Cpu<Isa>&, const Ratios<Real<Isa>>&);

}  // namespace sophia
