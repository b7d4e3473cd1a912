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
  on.parallel(s.batch * s.m, [&](std::int64_t row) {
    const std::int64_t matrix = row / s.m, i = row % s.m;
    const View<T> to = c.row(matrix, s.stride_c).row(i, s.ldc);
    const Epilogue end = epilogue.at(matrix);
    for (std::int64_t j = 0; j < s.n; ++j) {
      T sum = s.add ? to[j] : T(0);
      for (const auto& term : terms) {
        const View<T> a = term.a.row(matrix, s.stride_a), b = term.b.row(matrix, s.stride_b);
        for (std::int64_t d = 0; d < s.k; ++d)
          sum += a[s.transpose_a ? d * s.lda + i : i * s.lda + d] * b[s.transpose_b ? j * s.ldb + d : d * s.ldb + j];
      }
      to.store(At<1>{j}, end(Pack<T, 1>(sum), i, At<1>{j}));
    }
  });
}

// A task is a part of a matrix, or some whole ones.
template <class Isa, class Product>
void share(Cpu<Isa>& on, const Matmul& s, const Product& product) {
  const packed::Load load{on.threads(), s.batch};
  const std::int64_t parts = product.tasks(), matrices = parts > 1 ? 1 : packed::matrices_of_task(s.m, s.n, s.k, load);
  const std::int64_t tasks = packed::ceil_divide(s.batch, matrices) * parts;
  Shares shares(tasks, on.threads());
  on.parallel(tasks, [&](std::int64_t, int thread) {
    const std::int64_t task = shares.take(thread), first = task / parts * matrices;
    float* const scratch = on.template scratch<float>(thread, Slot::kPack, product.scratch());
    for (std::int64_t matrix = first; matrix < std::min(s.batch, first + matrices); ++matrix)
      product.of(matrix).multiply(task % parts, scratch);
  });
}

}  // namespace

template <class Isa, class T, class Epilogue>
void sum_of_products(Cpu<Isa>& on, const Matmul& shape, std::initializer_list<Factors<T>> terms, View<T> c,
                     Epilogue epilogue) {
  const Matmul s = with_strides(shape);
  if (s.m <= 0 || s.n <= 0 || s.batch <= 0) return;
  const packed::Load load{on.threads(), s.batch};
  if constexpr (std::is_same_v<Isa, Float64>) {
    plain_product(on, s, terms, c, epilogue);
  } else if (s.m <= packed::kFewRows) {
    share(on, s, packed::FewRows<Isa, Epilogue>(s, terms, c, epilogue, load));
  } else {
    const auto grid = packed::partition<packed::Tile<Isa>>(s.m, s.n, s.k, load);
    share(on, s, packed::PackedProduct<Isa, Epilogue>(s, terms, c, epilogue, grid));
  }
}

using T = Real<Isa>;
template void sum_of_products(Cpu<Isa>&, const Matmul&, std::initializer_list<Factors<T>>, View<T>, Plain);
template void sum_of_products(Cpu<Isa>&, const Matmul&, std::initializer_list<Factors<T>>, View<T>, AddBias<T>);
template void sum_of_products(Cpu<Isa>&, const Matmul&, std::initializer_list<Factors<T>>, View<T>, Polynomial<T>);

}  // namespace sophia
