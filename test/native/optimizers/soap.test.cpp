#include "../../../native/optimizers/soap.h"
#include "matrices.h"

using namespace sophia;
using matrices::Golden, matrices::Matrices;

namespace {

Rule soap(std::map<std::string, double> other = {}) {
  Rule rule{"soap",
            {{"beta1", 0.95},
             {"beta2", 0.95},
             {"shampooBeta", 0.95},
             {"epsilon", 1e-8},
             {"every", 3},
             {"block", 0},
             {"largest", 8},
             {"countsFirst", 0},
             {"precondition1d", 0},
             {"basisBefore", 0},
             {"decayAfter", 1}}};
  for (const auto& [name, value] : other) rule.hyper[name] = value;
  return rule;
}
Rule study() {
  return soap({{"countsFirst", 1}, {"precondition1d", 1}, {"basisBefore", 1}, {"decayAfter", 0}, {"largest", 100}});
}

}  // namespace

TEST("SOAP") {
  for (const auto& run : {Golden{"soap", {soap()}}, Golden{"soap_kozistr", {soap({{"countsFirst", 1}})}}}) {
    matrices::expect_golden<Float64>(run, 1e-11);
    matrices::expect_golden<Isa>(run, 1e-4);  // directions of small eigenvalues are those of rounding
  }
  matrices::obey(soap());
  // Where there is no gradient at all its direction is that of rounding, unless ε is larger than that.
  matrices::float_follows_double(soap({{"epsilon", 1e-2}, {"largest", 100}}), 1e-3);
  matrices::obey(study());
  matrices::obey(soap({{"block", 16}, {"largest", 100}, {"every", 1}}));
  matrices::zero_gradient_leaves_only_decay(soap(), false);
  matrices::zero_gradient_leaves_only_decay(study(), true);
  matrices::descends(soap({{"largest", 100}}), 0.05, 1e-3, 0.1);
}

TEST("SOAP's first step moves nothing") {
  matrices::RandomMatrices<Isa> all(soap());
  const std::vector<float> start(all.theta(4).begin(), all.theta(4).end());
  all.step(1);
  check::expect("neither by the gradient nor by decay", std::equal(start.begin(), start.end(), all.theta(4).begin()));
}

TEST("SOAP's bases stay orthogonal, whatever gradients come") {
  matrices::RandomMatrices<Isa> all(soap({{"largest", 100}, {"every", 1}}));
  for (int t = 1; t <= 20; ++t) {
    fill(all, static_cast<unsigned>(t), t % 5 == 0 ? 0 : 1);
    if (t % 3 == 0)  // of rank one
      for (std::size_t i = 0; i < 40 * 33; ++i) all.gradient(4)[i] = static_cast<float>((i / 33 + 1) * (i % 33));
    all.step(t);
  }
  double worst = 0;
  for (const auto& kept : all.attached().state()) {
    if (kept.tensor != 4 || kept.slot != "left_basis") continue;
    const auto q = kept.parts.at(0);
    for (std::size_t i = 0; i < 40; ++i)
      for (std::size_t j = 0; j < 40; ++j) {
        double sum = 0;
        for (std::size_t r = 0; r < 40; ++r) sum += double{q[r * 40 + i]} * q[r * 40 + j];
        worst = std::max(worst, std::abs(sum - (i == j)));
      }
  }
  check::expect("left of a matrix of 40 by 33", worst > 0 ? worst : 1, 1e-5);
}

TEST("SOAP keeps what the reference's table says") {
  const auto kept = [](const Rule& rule, std::int64_t rows, std::int64_t columns) {
    Matrices<Isa> all({rule}, {{rows, columns}});
    double count = 0;
    for (const auto& each : all.attached().state()) count += static_cast<double>(each.count);
    return 4 * count / static_cast<double>(rows * columns);
  };
  check::expect("24 bytes a parameter in square blocks", kept(soap({{"block", 16}, {"largest", 100}}), 64, 32) == 24);
  check::expect("one side where the other is too long", kept(soap(), 64, 8) == 8 + 2 * 4 * 8.0 / 64);
  check::expect("8 of vectors", kept(soap(), 1, 5) == 8);
  check::expect("unless they are preconditioned", kept(study(), 1, 5) == 8 + 8 * 5);
}

TEST("SOAP checks") {
  const auto refuses = [](const char* field, double value) {
    check::expect_error(std::string("SOAP refuses ") + field, Code::kInvalidArgument, field,
                        [&] { read_hyper<Soap>(soap({{field, value}}).hyper); });
  };
  refuses("every", 0);
  refuses("block", -1);
  refuses("shampooBeta", 1);
  refuses("decayAfter", 0.5);
}
