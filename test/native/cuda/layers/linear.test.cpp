#include "../../../../native/layers/linear.h"
#include "../../golden_layer.h"
#include "../emulated.h"
#include "../law_bf16.h"

using namespace sophia;

namespace {

auto declare(int rows, int in, int out) {
  const size_t R = rows, I = in, O = out;
  return [=]<template <class> class B, class S>(B<S>& t) {
    return Linear<S>{.rows = rows,
                     .in = in,
                     .out = out,
                     .x = t.input("x"),
                     .weight = t.input("weight"),
                     .bias = t.optional("bias"),
                     .y = t.output("y", R * O),
                     .dy = t.input("dy"),
                     .dx = t.output("dx", R * I),
                     .dweight = t.zeros("dweight", I * O),
                     .dbias = t.zeros("dbias", O)};
  };
}

auto random_layer(int rows, int in, int out, bool bias) {
  const size_t R = rows, I = in, O = out;
  std::map<std::string, size_t> inputs{{"x", R * I}, {"weight", I * O}};
  if (bias) inputs["bias"] = O;
  return law::random_case(text("Linear ", rows, "×", in, "→", out), inputs, R * O, declare(rows, in, out));
}

}  // namespace

// In bf16 those of eights are multiplied on tensor cores.
TEST("Linear on cuda") {
  for (const auto& [rows, in, out, bias] : {std::tuple{1, 1, 1, true},
                                            {6, 64, 96, true},
                                            {7, 10, 33, false},
                                            {150, 48, 20, true},
                                            {3, 400, 17, false},
                                            {136, 40, 72, true}}) {
    const auto c = random_layer(rows, in, out, bias);
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
  const auto c = random_layer(136, 40, 72, true);
  law::Device device;
  emulated::same_in_every_order("Linear on cuda", [&] {
    const law::Result r = law::run<Dual<float>>(device, c, c.at, c.along);
    return std::tuple(r.y, r.y_tangent, r.gradient, r.gradient_tangent, law::run_bf16(device, c));
  });
}
