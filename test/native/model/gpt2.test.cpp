#include "../../../native/model/gpt2.h"
#include "../check.h"
#include "model.h"

namespace {

using namespace sophia;

struct Fixture {
  std::string name;
  Safetensors file;
  std::vector<std::int32_t> tokens, targets;
  Batch batch;

  explicit Fixture(const std::string& model)
      : name(model),
        file(golden::open(model + ".model")),
        tokens(golden::tensor<std::int32_t>(file, "tokens")),
        targets(golden::tensor<std::int32_t>(file, "targets")) {
    const auto& shape = file.at("tokens").shape;
    batch = {static_cast<std::int64_t>(shape[0]), static_cast<std::int64_t>(shape[1]), tokens.data(), targets.data()};
  }
};

// The loss, the logits, every gradient; and at Dual the product of the Hessian with u, and gradient·u.
template <class On, class S>
void compare(On& on, const Fixture& f, const std::string& suffix, double tolerance) {
  using T = Number<S>;
  constexpr bool kDual = !std::is_same_v<S, T>;
  const std::string who = f.name + (kDual ? " with tangents on " : " on ") + On::kName + ": ";
  fixture::Model<On, S> model(on, f.name);
  if constexpr (kDual) {
    const auto u = fixture::read<T>(model.parameters(), f.file, "u/");
    std::copy(u.begin(), u.end(), model.direction());
  }
  const S loss = model.gradient_of(f.batch);
  const double want = golden::tensor(f.file, "loss")[0];
  check::expect(who + "loss", std::abs(primal(loss) - want) / want, std::min(tolerance, 1e-6));
  check::expect(who + "logits", golden::error(model.logits_of(f.batch), golden::tensor(f.file, "logits")),
                std::max(tolerance, 2e-7));

  double size = 0, u_size = 0;
  for (const auto& p : model.parameters().table) {
    const auto want_gradient = golden::tensor(f.file, "grad" + suffix + "/" + p.name);
    std::vector<double> laid(static_cast<std::size_t>(p.offset));
    laid.insert(laid.end(), want_gradient.begin(), want_gradient.end());
    const auto wanted = fixture::slice(p, laid.data());
    check::expect(who + "gradient of " + p.name, golden::error(fixture::slice(p, model.gradient()), wanted), tolerance);
    for (const double x : want_gradient) size += x * x;
    if constexpr (kDual) {
      const auto hu = golden::tensor(f.file, "hu" + suffix + "/" + p.name);
      std::copy(hu.begin(), hu.end(), laid.begin() + p.offset);
      check::expect(who + "Hessian product of " + p.name,
                    golden::error(fixture::slice(p, model.product()), fixture::slice(p, laid.data())), tolerance);
      for (std::int64_t i = 0; i < p.count; ++i) u_size += square(static_cast<double>(model.direction()[p.offset + i]));
    }
  }
  if constexpr (kDual) {
    const double slope = golden::tensor(f.file, "dloss_u")[0];
    check::expect(who + "gradient·u", std::abs(loss.tangent - slope) / std::sqrt(size * u_size), tolerance);
  }
}

}  // namespace

TEST("GPT-2 golden") {
  Cpu<Isa> on(2);
  Cpu<Float64> exact(2);
  for (const char* name : {"tiny", "odd", "nobias"}) {
    const Fixture f(name);
    const bool has64 = f.name == "tiny";
    compare<Cpu<Isa>, float>(on, f, "", 1e-5);
    compare<Cpu<Isa>, Dual<float>>(on, f, "", 1e-5);
    compare<Cpu<Float64>, double>(exact, f, has64 ? "64" : "", has64 ? 1e-11 : 2e-7);
    compare<Cpu<Float64>, Dual<double>>(exact, f, has64 ? "64" : "", has64 ? 1e-11 : 2e-7);
  }
}

TEST("GPT-2 bits do not depend on the number of threads") {
  const Fixture f("odd");
  const auto gradient = [&](int threads) {
    Cpu<Isa> on(threads);
    fixture::Model<Cpu<Isa>, float> model(on, f.name);
    model.gradient_of(f.batch);
    return std::vector<float>(model.gradient(), model.gradient() + model.parameters().size);
  };
  const auto one = gradient(1);
  check::expect("2 threads", one == gradient(2));
  check::expect("3 threads", one == gradient(3));
}
