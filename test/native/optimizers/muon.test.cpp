#include "../../../native/optimizers/muon.h"
#include "matrices.h"

using namespace sophia;
using matrices::Golden, matrices::Matrices;

namespace {

Rule muon(double scale = 0) {
  return {"muon",
          {{"momentum", 0.95},
           {"gradient", 0.05},
           {"nesterov", 1},
           {"steps", 5},
           {"a", 3.4445},
           {"b", -4.7750},
           {"c", 2.0315},
           {"epsilon", 1e-7},
           {"scale", scale}}};
}

// Scion's rules, each with its radius: θ decays by 1/radius, so that all of it decays by the rate.
Golden scion() {
  Rule spectral = muon(2);
  for (const auto& [name, value] : std::map<std::string, double>{{"momentum", 0.9}, {"gradient", 0.1}, {"nesterov", 0}})
    spectral.hyper[name] = value;
  const Rule sign{"lion", {{"beta1", 0.9}, {"beta2", 0.9}}}, rms{"rms-momentum", {{"beta1", 0.9}, {"epsilon", 1e-8}}};
  return {"scion", {spectral, sign, rms}, {{2, 0.5}, {0.5, 2}, {1, 1}}, {{"emb", 1}, {"bias", 2}, {"ln", 2}}, true};
}

}  // namespace

TEST("Muon") {
  for (const auto& run : {Golden{"muon", {muon(0)}}, Golden{"muon_kimi", {muon(1)}}}) {
    matrices::expect_golden<Float64>(run, 1e-12);
    matrices::expect_golden<Isa>(run, 2e-5);
  }
  matrices::obey(muon());
  matrices::float_follows_double(muon(), 1e-4);
  matrices::zero_gradient_leaves_only_decay(muon(), true);
  matrices::descends(muon(), 0.05, 1e-3, 0.1);
}

TEST("Scion is three rules") {
  matrices::expect_golden<Float64>(scion(), 1e-12);
  matrices::expect_golden<Isa>(scion(), 2e-5);
}

TEST("Muon scales by the shape of a matrix") {
  const auto hyper = read_hyper<Muon>(muon(0).hyper), kimi = read_hyper<Muon>(muon(1).hyper),
             scion = read_hyper<Muon>(muon(2).hyper);
  const Division tall{.rows = 12, .columns = 3, .out_last = false}, stored_in_out{.rows = 3, .columns = 12};
  check::expect("√(out/in) where there are more outputs",
                Muon::factor(hyper, tall) == 2 && Muon::factor(hyper, stored_in_out) == 2);
  const Division wide{.rows = 3, .columns = 12, .out_last = false}, qkv{.rows = 3, .columns = 9, .parts = 3};
  check::expect("1 where there are fewer", Muon::factor(hyper, wide) == 1 && Muon::factor(scion, wide) == 0.5);
  check::expect("each part of a joint matrix by itself",
                Muon::factor(hyper, qkv) == 1 && Muon::factor(kimi, qkv) == 0.2 * std::sqrt(3.0));
}

// The sum of gradients instead of their average: only ε sees the difference.
TEST("Muon does not mind the size of its momentum") {
  Rule sum = muon();
  sum.hyper["gradient"] = 1;
  matrices::RandomMatrices<Float64> one(muon()), other(sum);
  for (int t = 1; t <= 3; ++t) {
    fill(one, static_cast<unsigned>(t)), one.step(t);
    fill(other, static_cast<unsigned>(t)), other.step(t);
  }
  check::expect("the same directions", golden::error(one.theta(4), other.theta(4)), 1e-6);
}

TEST("Muon checks") {
  const auto refuses = [](const char* field, double value) {
    Rule rule = muon();
    rule.hyper[field] = value;
    check::expect_error(std::string("Muon refuses ") + field, Code::kInvalidArgument, field,
                        [&] { read_hyper<Muon>(rule.hyper); });
  };
  refuses("momentum", 1);
  refuses("steps", 2.5);
  refuses("steps", 0);
  refuses("scale", 3);
  refuses("epsilon", 0);
  refuses("a", NAN);
}

TEST("Several rules move tensors of their own") {
  const Rule lion{"lion", {{"beta1", 0.9}, {"beta2", 0.99}}},
      adamw{"adamw", {{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}}};
  Matrices<Isa> all({muon(), adamw, lion}, {{4, 6, 0}, {1, 7, 1}, {5, 3, 2}, {3, 3, 0}});
  all.rates() = {{1, 0.1}, {0.1, 0}, {0.5, 0}};
  fill(all, 3);
  all.step(1);
  check::expect("AdamW's first step is its rate", std::abs(std::abs(double{all.theta(1)[0]}) - 0.1 * matrices::kRate),
                1e-8);
  check::expect("Lion's step too", std::abs(all.theta(2)[0]) == static_cast<float>(0.5 * matrices::kRate));
  std::vector<std::string> kept;
  for (const auto& each : all.attached().state()) kept.push_back(text(each.tensor, each.slot, each.count));
  check::expect(
      "and each keeps what it needs",
      kept == std::vector<std::string>{"0momentum24", "1momentum7", "1variance7", "2momentum15", "3momentum9"});
  double norm = 0;
  for (std::size_t t = 0; t < 4; ++t)
    for (const float x : all.theta(t)) norm += double{x} * x;
  check::expect("totals are of all rules", std::abs(all.attached().totals().parameter_norm / std::sqrt(norm) - 1),
                1e-6);
}
