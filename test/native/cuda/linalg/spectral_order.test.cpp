#include "../../../../native/linalg/spectral_order.h"
#include "../../../../native/cpu/cpu.h"
#include "../../linalg/square_matrices.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using namespace matrices;
using check::expect;

namespace {

struct OrderCase {
  std::int64_t size;
  Numbers basis, products;

  std::int64_t batch() const { return static_cast<std::int64_t>(basis.size()) / (size * size); }
  Numbers on_host() const {
    Numbers q = basis, p = products, order(static_cast<std::size_t>(batch() * size)), sorted(p.size());
    Cpu<Isa> on(1);
    spectral_order(on, SpectralOrder<float>{batch(), size, {q.data()}, {p.data()}, {order.data()}, {sorted.data()}});
    return together({order, sorted});
  }
  Numbers on_device() const {
    Cuda on;
    DeviceVector<float> q(on, basis, 1), p(on, products), sorted(on, Numbers(products.size(), NAN), 1),
        order(on, Numbers(static_cast<std::size_t>(batch() * size), NAN), 1);
    spectral_order(on, SpectralOrder<float>{batch(), size, {q.data()}, {p.data()}, {order.data()}, {sorted.data()}});
    return together({order.read(), sorted.read()});
  }
};

constexpr Permutation<float> kPermuted{2, 5, 70, {}, {}, {}, {}};

// Rows and columns backwards.
Numbers backwards(std::int64_t count) {
  Numbers order;
  for (std::int64_t m = 0; m < kPermuted.batch; ++m)
    for (std::int64_t i = count; i-- > 0;) order.push_back(static_cast<float>(i));
  return order;
}

Numbers permuted_on_cuda(const Numbers& from, bool by_row, bool by_column) {
  Cuda on;
  DeviceVector<float> source(on, from, 1), to(on, Numbers(from.size(), NAN)), rows(on, backwards(kPermuted.rows)),
      columns(on, backwards(kPermuted.columns));
  Permutation<float> a = kPermuted;
  a.rows_order = {by_row ? rows.data() : nullptr};
  a.columns_order = {by_column ? columns.data() : nullptr};
  a.from = {source.data()};
  a.to = {to.data()};
  permute(on, a);
  return to.read();
}

}  // namespace

TEST("A spectral order on cuda is that on the CPU") {
  for (const std::int64_t size : {1, 2, 7, 33, 65}) {
    const OrderCase c{size, draw(2 * size * size, 1u), draw(2 * size * size, 2u)};
    expect(text("spectral order on cuda of size ", size), c.on_device() == c.on_host());
  }
  emulated::same_in_every_order("Spectral order on cuda",
                                [] { return OrderCase{33, draw(2 * 33 * 33, 1u), draw(2 * 33 * 33, 2u)}.on_device(); });
}

TEST("A permutation on cuda takes rows and columns in their orders") {
  const std::int64_t batch = kPermuted.batch, R = kPermuted.rows, C = kPermuted.columns;
  const Numbers from = draw(batch * R * C, 3u);
  for (const bool by_row : {false, true})
    for (const bool by_column : {false, true}) {
      const Numbers got = permuted_on_cuda(from, by_row, by_column);
      bool right = true;
      for (std::int64_t m = 0; m < batch; ++m)
        for (std::int64_t r = 0; r < R; ++r)
          for (std::int64_t c = 0; c < C; ++c) {
            const auto row = by_row ? R - 1 - r : r, column = by_column ? C - 1 - c : c;
            right = right && got[static_cast<std::size_t>((m * R + r) * C + c)] ==
                                 from[static_cast<std::size_t>((m * R + row) * C + column)];
          }
      expect(text("permutation on cuda", by_row ? ", rows" : "", by_column ? ", columns" : ""), right);
    }
  emulated::expect_no_faults("permutation on cuda");
}
