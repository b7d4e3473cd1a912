// The matrix products of a linear layer, for whoever computes them.
//
//   y    (rows, out) =  x (rows, in) · W (in, out)
//   dx   (rows, in)  =  dy (rows, out) · Wᵀ
//   dw   (in, out)   += xᵀ · dy
#pragma once
#include "contender.h"

namespace contender {

struct Product {
  std::int64_t m, n, k;
  bool transpose_a, transpose_b, add;
  int threads;
  std::int64_t lda() const { return transpose_a ? m : k; }
  std::int64_t ldb() const { return transpose_b ? k : n; }
};

inline Product product(const Request& request) {
  if (request.word("kind") != "product") throw Refusal("it has matrix products only");
  const auto rows = request.whole("rows"), in = request.whole("in"), out = request.whole("out");
  const auto which = request.word("product");
  const int threads = static_cast<int>(request.whole("threads"));
  if (which == "y") return {rows, out, in, false, false, false, threads};
  if (which == "dx") return {rows, in, out, false, true, false, threads};
  if (which == "dw") return {in, out, rows, true, false, true, threads};
  throw Refusal("it has no such product");
}

}  // namespace contender
