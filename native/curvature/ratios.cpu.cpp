// The ratios on the CPU: a part of the pieces to a task.
#include "ratios.h"
#include "../cpu/cpu.h"

namespace sophia {

template <class Isa, class T>
void count_ratios(Cpu<Isa>& on, const Ratios<T>& a) {
  on.parallel(a.parts, [&](std::int64_t part) {
    std::uint32_t* const counts = a.partial + part * kRatioBins;
    std::fill_n(counts, kRatioBins, 0);
    for (std::int64_t p = part; p < a.table.piece_count; p += a.parts) {
      const Piece piece = a.table.pieces[p];
      const HessianNow<T> now = a.now[a.table.spans[piece.span].set];
      for (std::int64_t i = piece.offset; i < piece.offset + piece.count; ++i) ++counts[ratios::bin_at(a, now, i)];
    }
  });
  std::fill_n(a.counts, kRatioBins, 0);
  for (std::int64_t i = 0; i < a.parts * kRatioBins; ++i) a.counts[i % kRatioBins] += a.partial[i];
}

template void count_ratios(Cpu<Isa>&, const Ratios<Real<Isa>>&);

}  // namespace sophia
