#include "../../../native/optimizers/sophiag.h"
#include "laws.h"

using namespace sophia;
using check::expect;
using flat::Flat;

namespace {

constexpr SophiaG::Hyper kSophiaG{.beta1 = 0.965, .beta2 = 0.99, .rho = 0.04, .epsilon = 1e-15};

// Floats from the hexadecimal text of their bits.
std::vector<float> floats(const Json& tensor) {
  std::vector<float> all;
  for (const auto& hex : tensor.at("hex").array())
    all.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(std::stoul(hex.string(), nullptr, 16))));
  return all;
}

void expect_snapshot(Flat<SophiaG>& flat, const Json& snapshot, const std::string& when) {
  int wrong = 0;
  for (std::size_t t = 0; t < 2; ++t) {
    const Json& tensor = snapshot.array()[t];
    const auto differ = [&](const char* name, const float* got) {
      const auto want = floats(tensor.at(name));
      const auto a = flat::bits(want), b = flat::bits(std::vector<float>(got, got + want.size()));
      for (std::size_t i = 0; i < want.size(); ++i) wrong += a[i] != b[i];
    };
    differ("param", flat.theta(t));
    differ("exp_avg", flat.slot(0, t));
    differ("hessian", flat.slot(1, t));
  }
  expect(text("SophiaG on ", Isa::kName, ": the bits of the official class after step ", when), wrong == 0);
}

}  // namespace

TEST("SophiaG, bit for bit") {
  const Json file = golden::json("sophiag_bits");
  const double rate = file.at("lr").number(), tokens = file.at("bs").number();
  Flat<SophiaG> flat(kSophiaG, {{15, true}, {7, false}});
  const auto load = [&](const Json& tensors) {
    for (std::size_t t = 0; t < 2; ++t) flat.fill(flat.gradient(t), floats(tensors.array()[t]));
  };
  for (std::size_t t = 0; t < 2; ++t) flat.fill(flat.theta(t), floats(file.at("init").array()[t]));
  const double decay = file.at("weight_decay").array()[0].number();

  for (std::size_t i = 1; i <= file.at("steps").integer(); ++i) {
    const std::string name = std::to_string(i);
    load(file.at("grads").array()[i - 1]);
    flat.step({.number = static_cast<std::int64_t>(i), .learning_rate = rate, .weight_decay = decay, .tokens = tokens});
    if (const Json* snapshot = file.at("snapshots").find(name)) expect_snapshot(flat, *snapshot, name);
    const Json* gradients = file.at("hessian_grads_after_step").find(name);
    if (!gradients) continue;
    load(*gradients);
    flat.refresh(SophiaG::refresh(kSophiaG, {.tokens = tokens}), true);
    if (const Json* snapshot = file.at("snapshots").find(name + "h")) expect_snapshot(flat, *snapshot, name + "h");
    const Json& metrics = file.at("metrics_after_hessian").at(name);
    const auto got = flat.refreshed();
    expect(text("SophiaG on ", Isa::kName, ": the official win rate after step ", name),
           got[HessianSum::kUnclipped] == metrics.at("num_effective").number());
    expect(text("SophiaG on ", Isa::kName, ": the official Hessian norms after step ", name),
           std::max(std::abs(got[HessianSum::kL1] / metrics.at("hessian_norm").number() - 1),
                    std::abs(std::sqrt(got[HessianSum::kL2]) / metrics.at("hessian_norm2").number() - 1)),
           1e-6);
  }
}

TEST("SophiaG") {
  laws::expect_golden<SophiaG>({.name = "sophiag_official", .tokens = 480, .refreshes = laws::Run::kAfter}, kSophiaG);
  laws::obey<SophiaG>({.beta1 = 0.9, .beta2 = 0.99, .rho = 0.05, .epsilon = 1e-15}, 0.02);
  laws::step_is_bounded<SophiaG>(kSophiaG);
}

// What the official rule makes of numbers that are not finite, with ρB = 2 and η = ¼. The trainer's gate keeps them
// out; the rule itself is the official one.
TEST("SophiaG's edges") {
  struct Edge {
    const char* name;
    float m, h, theta;
  };
  const std::vector<Edge> edges{
      {"h = 0 is the sign of the momentum", 1e-3f, 0, -0.25f},
      {"m = 0 and h = 0 stand still", 0, 0, 0},
      {"a momentum of -0 stands still", -0.0f, 0, 0},
      {"a momentum below epsilon is not clipped", 5e-16f, 0, -0.125f},
      {"the ratio is |m| / (rho B h + epsilon)", -0.5f, 1, 0.0625f},
      {"epsilon is added, not a floor", 1e-15f, 0.5e-15f, -0.125f},
      {"an infinite gradient is one clipped step", INFINITY, 1, -0.25f},
      {"and so is minus infinity", -INFINITY, 1, 0.25f},
      {"an infinite h freezes", 1, INFINITY, 0},
      {"infinity over infinity is NaN", INFINITY, INFINITY, NAN},
      {"a NaN gradient is a NaN parameter", NAN, 1, NAN},
      {"a NaN Hessian is a NaN parameter", 1, NAN, NAN},
      {"a NaN Hessian shows even at m = 0", 0, NAN, NAN},
  };
  const auto count = static_cast<std::int64_t>(edges.size());
  Flat<SophiaG> flat({.beta1 = 0, .beta2 = 0.99, .rho = 0.5, .epsilon = 1e-15}, {{count, false}});
  for (std::size_t i = 0; i < edges.size(); ++i) {
    flat.theta(0)[i] = 0;
    flat.gradient(0)[i] = edges[i].m;
    flat.slot(1, 0)[i] = edges[i].h;
  }
  flat.step({.learning_rate = 0.25, .tokens = 4});
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const float got = flat.theta(0)[i], want = edges[i].theta;
    expect(std::string("SophiaG: ") + edges[i].name,
           std::isnan(want) ? std::isnan(got) : std::abs(got - want) <= 1e-7f * std::abs(want));
  }
  // |m| < ρBh, strictly and without ε: only −0.5 and 1 over infinity.
  expect("SophiaG: the unclipped are counted without epsilon", flat.totals()[StepSum::kUnclipped] == 2);
}

TEST("SophiaG checks") {
  const auto rejects = [](const char* field, SophiaG::Hyper h) {
    check::expect_error(text("SophiaG rejects a bad ", field), Code::kInvalidArgument, text("`", field, "`"),
                        [&] { SophiaG::check(h); });
  };
  rejects("beta1", {1, 0.99, 0.04, 1e-15});
  rejects("beta2", {0.965, -1, 0.04, 1e-15});
  rejects("rho", {0.965, 0.99, 0, 1e-15});
  rejects("epsilon", {0.965, 0.99, 0.04, INFINITY});
}
