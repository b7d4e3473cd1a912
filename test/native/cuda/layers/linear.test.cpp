#include "../../layers/linear_case.h"
#include "../../golden_layer.h"
#include "../emulated.h"
#include "../law_bf16.h"

using namespace linear_case;

// In bf16 those of eights are multiplied on tensor cores.
TEST("Linear on cuda") {
  for (const auto& [rows, in, out, bias] : {std::tuple{1, 1, 1, true},
                                            {6, 64, 96, true},
                                            {7, 10, 33, false},
                                            {150, 48, 20, true},
                                            {3, 400, 17, false},
                                            {136, 40, 72, true}}) {
    const auto c = random_case(rows, in, out, bias);
    law::on_cuda(c);
    law::on_cuda_bf16(c);
  }
}

TEST("golden Linear on cuda") {
  law::Device device;
  for (const auto& [name, inputs] :
       {std::pair{"linear", std::vector<std::string>{"x", "weight", "bias"}}, {"linear_nobias", {"x", "weight"}}}) {
    const auto c = law::golden_case(name, inputs, declare(14, 10, 6));
    law::equal_golden(name, "cuda", law::run<Dual<float>>(device, c, c.at, c.along), law::kTolerance);
  }
}

TEST("Linear on cuda, emulated") {
  const auto c = random_case(136, 40, 72, true);
  law::Device device;
  emulated::same_in_every_order("Linear on cuda", [&] {
    return std::pair(law::run<Dual<float>>(device, c, c.at, c.along), law::run_bf16(device, c));
  });
}
