#include "../../../native/linalg/spectral_order.h"
#include <numeric>
#include "../../../native/cpu/cpu.h"
#include "../check.h"
#include "square_matrices.h"

using namespace sophia;
using namespace matrices;
using check::expect;

namespace {

struct Sorted {
  Numbers order, columns;
  bool operator==(const Sorted&) const = default;
};
Sorted sorted_by_spectrum(Numbers basis, Numbers products, std::int64_t size, int threads = 1) {
  const auto batch = static_cast<std::int64_t>(basis.size()) / (size * size);
  Sorted got{Numbers(static_cast<std::size_t>(batch * size), NAN), Numbers(basis.size(), NAN)};
  Cpu<Isa> on(threads);
  spectral_order(on, SpectralOrder<float>{
                         batch, size, {basis.data()}, {products.data()}, {got.order.data()}, {got.columns.data()}});
  return got;
}

// What the definition says for one matrix.
Numbers order_of(Square basis, Square products) {
  std::vector<double> values;
  for (std::int64_t j = 0; j < basis.size; ++j) {
    double sum = 0;
    for (std::int64_t i = 0; i < basis.size; ++i) sum += basis.at(i, j) * products.at(i, j);
    values.push_back(sum);
  }
  Numbers order(values.size());
  std::iota(order.begin(), order.end(), 0.0f);
  std::stable_sort(order.begin(), order.end(), [&](float a, float b) {
    const double x = values[static_cast<std::size_t>(a)], y = values[static_cast<std::size_t>(b)];
    return x > y || (y != y && x == x);
  });
  return order;
}

Numbers permuted(const Permutation<float>& shape, Numbers from, Numbers rows, Numbers columns, int threads = 1) {
  Numbers to(from.size(), NAN);
  Permutation<float> a = shape;
  a.rows_order = {rows.empty() ? nullptr : rows.data()};
  a.columns_order = {columns.empty() ? nullptr : columns.data()};
  a.from = {from.data()};
  a.to = {to.data()};
  Cpu<Isa> on(threads);
  permute(on, a);
  return to;
}

}  // namespace

TEST("A spectral order sorts the columns of the products") {
  for (const std::int64_t size : {1, 2, 3, 7, 32, 33, 65, 130}) {
    const Numbers basis = draw(3 * size * size, 1), products = draw(3 * size * size, 2);
    const Sorted got = sorted_by_spectrum(basis, products, size);
    bool right = true;
    for (std::int64_t m = 0; m < 3; ++m) {
      const Square from = matrix(products, size, m), to = matrix(got.columns, size, m);
      const Numbers want = order_of(matrix(basis, size, m), from);
      for (std::int64_t r = 0; r < size; ++r) {
        const auto column = static_cast<std::int64_t>(want[static_cast<std::size_t>(r)]);
        right = right && got.order[static_cast<std::size_t>(m * size + r)] == want[static_cast<std::size_t>(r)];
        for (std::int64_t i = 0; i < size; ++i) right = right && to.at(i, r) == from.at(i, column);
      }
    }
    expect(text("spectral order of size ", size), right);
    expect("spectral order: the same for 1, 2 and 3 threads",
           got == sorted_by_spectrum(basis, products, size, 2) && got == sorted_by_spectrum(basis, products, size, 3));
  }
}

TEST("A spectral order leaves equal ones as they stood and NaN last") {
  constexpr std::int64_t kSize = 37;
  Numbers basis = multiple_of_identity(kSize, 1), products(basis.size());
  for (std::int64_t j = 0; j < kSize; ++j)
    products[static_cast<std::size_t>(j * (kSize + 1))] = j % 5 == 3 ? NAN : static_cast<float>(j % 3);
  const Sorted got = sorted_by_spectrum(basis, products, kSize);
  expect("spectral order: equal ones and NaN",
         got.order == order_of(matrix(basis, kSize, 0), matrix(products, kSize, 0)));
}

TEST("A permutation takes rows and columns in their orders") {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {3, 40}, {33, 17}, {70, 5}}) {
    const std::int64_t batch = 3;
    const Numbers from = draw(batch * rows * columns, 3);
    Numbers by_row, by_column;
    std::mt19937 random(5);
    for (std::int64_t m = 0; m < batch; ++m)
      for (auto* const order : {&by_row, &by_column}) {
        Numbers one(static_cast<std::size_t>(order == &by_row ? rows : columns));
        std::iota(one.begin(), one.end(), 0.0f);
        std::shuffle(one.begin(), one.end(), random);
        order->insert(order->end(), one.begin(), one.end());
      }
    const Permutation<float> shape{batch, rows, columns, {}, {}, {}, {}};
    for (const bool r : {false, true})
      for (const bool c : {false, true}) {
        const Numbers some_rows = r ? by_row : Numbers{}, some_columns = c ? by_column : Numbers{};
        const Numbers got = permuted(shape, from, some_rows, some_columns, 2);
        bool right = got == permuted(shape, from, some_rows, some_columns, 1);
        for (std::int64_t m = 0; m < batch; ++m)
          for (std::int64_t i = 0; i < rows; ++i)
            for (std::int64_t j = 0; j < columns; ++j) {
              const auto row = r ? static_cast<std::int64_t>(by_row[static_cast<std::size_t>(m * rows + i)]) : i;
              const auto column =
                  c ? static_cast<std::int64_t>(by_column[static_cast<std::size_t>(m * columns + j)]) : j;
              right = right && got[static_cast<std::size_t>((m * rows + i) * columns + j)] ==
                                   from[static_cast<std::size_t>((m * rows + row) * columns + column)];
            }
        expect(text("permutation of ", rows, " × ", columns, r ? ", rows" : "", c ? ", columns" : ""), right);
      }
  }
}
