// Matrix products of OpenBLAS.
#include <cblas.h>
#include "product.h"

using namespace contender;

static Work prepare(const Request& request) {
  const auto p = product(request);
  if (request.word("dtype") != "float32") throw Refusal("it has float32 only");
  openblas_set_num_threads(p.threads);
  const auto a = numbers(p.m * p.k, 0), b = numbers(p.k * p.n, 1), c = allocate<float>(p.m * p.n);
  std::fill_n(c.get(), p.m * p.n, 0.0f);
  const auto run = [=] {
    const auto at = p.transpose_a ? CblasTrans : CblasNoTrans, bt = p.transpose_b ? CblasTrans : CblasNoTrans;
    const auto whole = [](std::int64_t x) { return static_cast<blasint>(x); };
    cblas_sgemm(CblasRowMajor, at, bt, whole(p.m), whole(p.n), whole(p.k), 1, a.get(), whole(p.lda()), b.get(),
                whole(p.ldb()), p.add ? 1 : 0, c.get(), whole(p.n));
  };
  run();
  return {run, c.get()[0], c.get()[p.m * p.n - 1]};
}

int main() {
  std::string name = openblas_get_config();
  return serve(name.substr(0, name.find(' ', name.find(' ') + 1)) + " " + openblas_get_corename(), prepare);
}
