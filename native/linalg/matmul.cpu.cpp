// The matrix product on the CPU: blocks of C among the threads.
#include "matmul.h"
#include <type_traits>
#include "../cpu/cpu.h"
#include "../cpu/shares.h"
#include "few_rows.h"
#include "packed_product.h"

namespace sophia {

namespace {

// The reference arithmetic: the definition, one element after the other.
template <class T, class Epilogue>
void plain_product(Cpu<Float64>& on, const Matmul& s, std::initializer_list<Factors<T>> terms, View<T> c,
                   const Epilogue& epilogue) {
  on.parallel(s.m, [&](std::int64_t i) {
    for (std::int64_t j = 0; j < s.n; ++j) {
      T sum = s.add ? c[i * s.ldc + j] : T(0);
      for (const auto& [a, b] : terms)
        for (std::int64_t d = 0; d < s.k; ++d)
          sum += a[s.transpose_a ? d * s.lda + i : i * s.lda + d] * b[s.transpose_b ? j * s.ldb + d : d * s.ldb + j];
      c.row(i, s.ldc).store(At<1>{j}, epilogue(Pack<T, 1>(sum), i, At<1>{j}));
    }
  });
}

}  // namespace

template <class Isa, class T, class Epilogue>
void sum_of_products(Cpu<Isa>& on, const Matmul& shape, std::initializer_list<Factors<T>> terms, View<T> c,
                     Epilogue epilogue) {
  const Matmul s = with_strides(shape);
  if (s.m <= 0 || s.n <= 0) return;
  if constexpr (std::is_same_v<Isa, Float64>) {
    plain_product(on, s, terms, c, epilogue);
  } else if (s.m <= packed::kFewRows) {
    const packed::FewRows<Isa, Epilogue> product(s, terms, c, epilogue, on.threads());
    Shares shares(product.tasks(), on.threads());
    on.parallel(product.tasks(), [&](std::int64_t, int thread) { product.multiply(shares.take(thread)); });
  } else {
    const auto grid = packed::partition<packed::Tile<Isa>>(s.m, s.n, s.k, on.threads());
    const packed::PackedProduct<Isa, Epilogue> product(s, terms, c, epilogue, grid);
    Shares shares(product.tasks(), on.threads());
    on.parallel(product.tasks(), [&](std::int64_t, int thread) {
      product.multiply(shares.take(thread), on.template scratch<float>(thread, Slot::kPack, product.scratch()));
    });
  }
}

using T = Real<Isa>;
template void sum_of_products(Cpu<Isa>&, const Matmul&, std::initializer_list<Factors<T>>, View<T>, Plain);
template void sum_of_products(Cpu<Isa>&, const Matmul&, std::initializer_list<Factors<T>>, View<T>, AddBias<T>);

}  // namespace sophia
