// cuBLASLt on the emulator, by way of a stub; that its products are right is held by the tests of linalg/matmul.
#include "cublaslt.h"
#include "../../../native/core/arena.h"
#include "../../../native/cuda/cuda.h"
#include "../../../native/linalg/matmul.h"
#include "../check.h"

namespace {

using namespace sophia;
using check::expect;
using check::expect_error;
using emulated::CublasltStub;
using emulated::Variable;

// C = A·B of ones: every number of C is k.
bool multiplies(Cuda& on, const Matmul& shape) {
  const Arena<Cuda, float> memory(on, 3 * 4096);
  const std::vector<float> ones(4096, 1);
  on.upload(memory.data(), ones.data(), 4096);
  on.upload(memory.data() + 4096, ones.data(), 4096);
  const auto at = [&](std::int64_t i) { return memory.view<float>(i * 4096); };
  matmul(on, shape, at(0), at(1), at(2));
  std::vector<float> c(static_cast<std::size_t>(shape.m * shape.n));
  on.download(c.data(), memory.data() + 2 * 4096, shape.m * shape.n);
  return c == std::vector<float>(c.size(), static_cast<float>(shape.k));
}

}  // namespace

TEST("TF32 is asked for") {
  check::expect("not at first", !Cuda().tf32());
  const Variable wanted("SOPHIA_TF32", "1");
  Cuda on;
  check::expect("by SOPHIA_TF32=1", on.tf32() == on.bf16());  // where there are tensor cores
}

TEST("Cublaslt: where it is not") {
  {
    const Variable nowhere("SOPHIA_CUBLASLT", "/nowhere/libcublasLt.so");
    Cuda on;
    expect("Cuda has no cuBLASLt at first", on.cublaslt() == nullptr && on.cublaslt_status().empty());
    expect_error("Cuda says why cuBLASLt cannot be opened", Code::kDevice, "/nowhere/libcublasLt.so",
                 [&] { on.use_cublaslt(true); });
    expect("Cuda keeps the reason", on.cublaslt_status().find("/nowhere") != std::string::npos);
    expect("Cuda goes on with its own kernels", on.cublaslt() == nullptr && multiplies(on, {20, 30, 40}));
    const Variable wanted("SOPHIA_MATMUL", "cublaslt");
    expect_error("SOPHIA_MATMUL=cublaslt fails without one", Code::kDevice, "/nowhere", [] { Cuda(); });
  }
  const Variable other("SOPHIA_CUBLASLT", "libm.so.6");
  Cuda on;
  expect_error("Cuda says what a library lacks", Code::kDevice, "it has no cublasLtCreate",
               [&] { on.use_cublaslt(true); });
}

TEST("Cublaslt: who chooses it") {
  if (!emulator::emulates("counts of what cuBLASLt does")) return;
  const CublasltStub stub;
  {
    const Variable wanted("SOPHIA_MATMUL", "cublaslt");
    Cuda on;
    expect("SOPHIA_MATMUL=cublaslt chooses it", on.cublaslt() != nullptr && multiplies(on, {20, 30, 40}));
    expect("its products are counted", stub.counts().products == 1 && on.cublaslt_status().empty());
    on.use_cublaslt(false);
    expect("Cuda goes back to its own kernels", multiplies(on, {20, 30, 40}) && stub.counts().products == 1);
  }
  const Variable unknown("SOPHIA_MATMUL", "mkl");
  expect_error("SOPHIA_MATMUL must be one of two", Code::kInvalidArgument, "`own` or `cublaslt`, got `mkl`",
               [] { Cuda(); });
}

TEST("Cublaslt: plans") {
  if (!emulator::emulates("counts of what cuBLASLt does")) return;
  const CublasltStub stub;
  const int asked = stub.counts().heuristics;
  {
    Cuda on;
    on.use_cublaslt(true);
    bool right = true;
    for (int i = 0; i < 3; ++i) right &= multiplies(on, {20, 30, 40}) && multiplies(on, {20, 30, 41});
    expect("a plan is made once for each shape", right && stub.counts().heuristics == asked + 2);
    expect("a product of no depth is our own", multiplies(on, {20, 30, 0}) && on.cublaslt_status().empty());
  }
  expect("nothing is left of it", stub.counts().alive == 0);
}

#if !defined(SOPHIA_SILICON)
TEST("Cublaslt: in the order of the stream") {
  const CublasltStub stub;
  bool right = true;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    emulator::set_lazy_streams(true, seed);
    Cuda on;
    on.use_cublaslt(true);
    right &= multiplies(on, {20, 30, 40});
  }
  emulator::set_lazy_streams(false);
  expect("a product waits for what came before, and is waited for", right);
}
#endif

TEST("Cublaslt: what it refuses") {
  if (!emulator::emulates("cuBLASLt that refuses")) return;
  const CublasltStub stub(true);
  const int before = stub.counts().products;
  Cuda on;
  on.use_cublaslt(true);
  expect("our own kernels take what cuBLASLt refuses",
         multiplies(on, {20, 30, 40}) && stub.counts().products == before);
  expect("and Cuda says why: " + on.cublaslt_status(),
         on.cublaslt_status() == "cublasLtMatmulAlgoGetHeuristic: not supported");
}
