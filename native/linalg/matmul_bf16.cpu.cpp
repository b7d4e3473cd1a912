// The matrix product of Bf16 on the CPU: by vdpbf16ps where the processor has it and it is wanted, else as floats.
#include <type_traits>
#include "../cpu/cpu.h"
#include "matmul.h"
#include "word_product.h"

namespace sophia {

namespace {

template <class Words, class Isa, class C, class Epilogue>
void multiply(Cpu<Isa>& on, const Matmul& s, View<Bf16> a, View<Bf16> b, View<C> c, Epilogue epilogue) {
  const auto grid = packed::partition<packed::Tile<Isa>>(s.m, s.n, s.k, {on.threads()});
  const packed::WordProduct<Words, Isa, C, Epilogue> product(s, a, b, c, epilogue, grid);
  on.parallel(product.tasks(), [&](std::int64_t task, int thread) {
    product.multiply(task, on.template scratch<typename Words::Word>(thread, Slot::kPack, product.scratch()));
  });
}

}  // namespace

template <class Isa, class C, class Epilogue>
void matmul(Cpu<Isa>& on, const Matmul& shape, View<Bf16> a, View<Bf16> b, View<C> c, Epilogue epilogue) {
  const Matmul s = with_strides(shape);
  require(s.batch == 1, "on the CPU a batch of products is one of floats, got ", s.batch, " of bf16");
  if (s.m <= 0 || s.n <= 0) return;
  if constexpr (std::is_same_v<Isa, Avx512>)
    if (on.bf16()) return multiply<packed::Pairs>(on, s, a, b, c, epilogue);
  multiply<packed::Widened>(on, s, a, b, c, epilogue);
}

#if !SOPHIA_IS_REFERENCE
template void matmul(Cpu<Isa>&, const Matmul&, View<Bf16>, View<Bf16>, View<Bf16>, Plain);
template void matmul(Cpu<Isa>&, const Matmul&, View<Bf16>, View<Bf16>, View<Bf16>, AddBias<Bf16>);
template void matmul(Cpu<Isa>&, const Matmul&, View<Bf16>, View<Bf16>, View<float>, Plain);
#endif

}  // namespace sophia
