// What is common to matrix optimizers: see muon.test.cpp and its neighbours for what each of them does.
#include "../../../native/optimizers/matrixwise.h"
#include "matrices.h"

using namespace sophia;
using matrices::Matrices, matrices::Shaped;

namespace {

const Rule kMuon{"muon",
                 {{"momentum", 0.9},
                  {"gradient", 1},
                  {"nesterov", 0},
                  {"steps", 5},
                  {"a", 3.4445},
                  {"b", -4.7750},
                  {"c", 2.0315},
                  {"epsilon", 1e-7},
                  {"scale", 1}}};

}  // namespace

TEST("A part of a joint matrix is moved as if it were alone") {
  Matrices<Isa> joint({kMuon}, {{6, 12, 0, true, 3}}), alone({kMuon}, {{6, 4}, {6, 4}, {6, 4}});
  fill(joint, 5);
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t r = 0; r < 6; ++r)
      for (std::size_t c = 0; c < 4; ++c) alone.gradient(p)[r * 4 + c] = joint.gradient(0)[r * 12 + p * 4 + c];
  joint.step(1), alone.step(1);
  bool same = true;
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t r = 0; r < 6; ++r)
      for (std::size_t c = 0; c < 4; ++c) same &= joint.theta(0)[r * 12 + p * 4 + c] == alone.theta(p)[r * 4 + c];
  check::expect("q, k and v", same);
}

TEST("Matrices of one shape do not mind each other") {
  std::vector<Shaped> many(5, Shaped{9, 7});
  many.push_back({3, 3});
  Matrices<Isa> all({kMuon}, many), one({kMuon}, {{9, 7}});
  fill(all, 6);
  std::copy(all.gradient(3).begin(), all.gradient(3).end(), one.gradient(0).begin());
  all.step(1), one.step(1);
  check::expect("a batch is each alone", std::equal(one.theta(0).begin(), one.theta(0).end(), all.theta(3).begin()));
}

TEST("Totals of matrix optimizers") {
  matrices::RandomMatrices<Isa> all(kMuon);
  all.step(1);
  double theta = 0, momentum = 0;
  for (std::size_t t = 0; t < all.size(); ++t)
    for (const float x : all.theta(t)) theta += double{x} * x;
  for (const auto& kept : all.attached().state())
    for (const float m : kept.parts.at(0)) momentum += double{m} * m;
  const auto totals = all.attached().totals();
  check::expect("the norm of the parameters", std::abs(totals.parameter_norm / std::sqrt(theta) - 1), 1e-6);
  check::expect("and of the momentum", std::abs(totals.momentum_norm / std::sqrt(momentum) - 1), 1e-6);
}
