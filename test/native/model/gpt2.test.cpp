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

  double size = 0, u_size = 0, quadratic = 0, wanted_quadratic = 0, hu_size = 0;
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
      for (std::int64_t i = 0; i < p.count; ++i) {
        const double u = model.direction()[p.offset + i], wanted_hu = hu[static_cast<std::size_t>(i)];
        u_size += u * u;
        hu_size += wanted_hu * wanted_hu;
        quadratic += u * static_cast<double>(model.product()[p.offset + i]);
        wanted_quadratic += u * wanted_hu;
      }
    }
  }
  if constexpr (kDual) {
    const double slope = golden::tensor(f.file, "dloss_u")[0];
    check::expect(who + "gradient·u", std::abs(loss.tangent - slope) / std::sqrt(size * u_size), tolerance);
    check::expect(who + "u·Hu", std::abs(quadratic - wanted_quadratic) / std::sqrt(u_size * hu_size), tolerance);
  }
}

// The residual stream on its way down and its gradient on its way up, with their tangents, and those of the logits.
template <class On>
void compare_stream(On& on, double tolerance) {
  using T = typename On::Real;
  const Fixture f("tiny");
  fixture::Model<On, Dual<T>> model(on, f.name);
  const auto u = fixture::read<T>(model.parameters(), f.file, "u/");
  std::copy(u.begin(), u.end(), model.direction());
  const auto gpt = model.bind(f.batch);
  model.weigh(gpt.head);
  const auto expect = [&](const std::string& name, View<Dual<T>> got, std::int64_t rows, std::int64_t columns,
                          std::int64_t stride) {
    std::vector<double> value, slope;
    for (std::int64_t i = 0; i < rows * columns; ++i) {
      const auto x = got.row(i / columns, stride)[i % columns];
      value.push_back(x.value);
      slope.push_back(x.tangent);
    }
    const auto layer = name.find('.') == std::string::npos ? "" : name.substr(name.find('.'));
    const auto what = name.substr(0, name.size() - layer.size());
    const std::string dot = layer.empty() ? "_dot" : "dot";
    if (name != "logits")
      check::expect(text(what, layer, " on ", On::kName), golden::error(value, golden::tensor(f.file, "dbg/" + name)),
                    tolerance);
    check::expect(text(what, dot, layer, " on ", On::kName),
                  golden::error(slope, golden::tensor(f.file, "dbg/" + what + dot + layer)), tolerance);
  };
  const auto rows = f.batch.rows();
  const int C = gpt.norm.channels;
  const auto expect_stream = [&](const std::string& name, View<Dual<T>> x) { expect(name, x, rows, C, C); };

  forward(on, gpt);
  for (std::size_t l = 0; l < gpt.blocks.size(); ++l) expect_stream(text("x.", l), gpt.blocks[l].norm1.x);
  expect_stream(text("x.", gpt.blocks.size()), gpt.norm.x);
  head::logits(on, gpt.head, 0, rows);
  expect("logits", gpt.head.logits, rows, gpt.head.vocabulary, gpt.head.stride);
  const auto loss = head::chunk_of(gpt.head, 0, rows, gpt.head.targets);
  forward(on, loss);
  backward(on, loss);
  expect("dlogits", gpt.head.logits, rows, gpt.head.vocabulary, gpt.head.stride);
  head::backward_chunk(on, gpt.head, 0, rows);
  on.zero(gpt.dstream.value, rows * C);
  on.zero(gpt.dstream.tangent, rows * C);
  backward(on, gpt.norm);
  expect_stream(text("dx.", gpt.blocks.size()), gpt.dstream);
  for (auto l = gpt.blocks.size(); l-- > 0;) {
    backward(on, gpt.blocks[l]);
    expect_stream(text("dx.", l), gpt.dstream);
  }
}

// Several models in one: biases or none, scores scaled by layer, both forms of GELU, dropout, one token, ignored
// targets.
struct Variant {
  std::string name;
  Config config;
  std::int64_t time = 6;
};
std::vector<Variant> variants() {
  const Config c{.layers = 3, .heads = 2, .width = 6, .context = 6, .vocabulary = 11};
  Config plain = c, scaled = c, exact = c, dropped = c;
  plain.bias = false;
  scaled.scale_by_layer = true;
  exact.gelu = "erf";
  dropped.dropout = 0.3;
  return {{"with biases", c},          {"without biases", plain},
          {"scaled by layer", scaled}, {"with the exact GELU", exact},
          {"with dropout", dropped},   {"on one token", c, 1}};
}

struct Tokens {
  std::vector<std::int32_t> tokens, targets;
  Batch batch;
  explicit Tokens(const Variant& v) : tokens(3 * v.time), targets(3 * v.time) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      tokens[i] = static_cast<std::int32_t>(i * 7 % 11);
      targets[i] = i % 5 == 1 ? -1 : static_cast<std::int32_t>(i * i % 11);
    }
    batch = {3, v.time, tokens.data(), targets.data()};
  }
};

constexpr Randomness kDropout{.seed = 5, .step = 2, .micro = 1, .dropout = true};

template <class T>
std::vector<double> doubles(const T* from, std::int64_t count) {
  return {from, from + count};
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

TEST("GPT-2 golden on the way") {
  Cpu<Isa> on(2);
  Cpu<Float64> exact(2);
  compare_stream(on, 1e-5);
  compare_stream(exact, 2e-7);
}

TEST("GPT-2 golden with signs for a direction") {
  Cpu<Isa> on(2);
  const Fixture f("tiny");
  fixture::Model<Cpu<Isa>, Dual<float>> model(on, f.name);
  const auto u = fixture::read<float>(model.parameters(), f.file, "ur/");
  std::copy(u.begin(), u.end(), model.direction());
  model.gradient_of(f.batch);
  for (const auto& p : model.parameters().table) {
    std::vector<float> laid(static_cast<std::size_t>(p.offset));
    const auto want = golden::tensor<float>(f.file, "hur/" + p.name);
    laid.insert(laid.end(), want.begin(), want.end());
    check::expect("Hessian product of signs: " + p.name,
                  golden::error(fixture::slice(p, model.product()), fixture::slice(p, laid.data())), 1e-5);
  }
}

TEST("The Hessian product is the slope of the gradient") {
  constexpr double kStep = 1e-5;
  Cpu<Float64> on(2);
  for (const auto& v : variants()) {
    const Tokens t(v);
    fixture::Model<Cpu<Float64>, Dual<double>> model(on, v.config);
    const auto size = model.parameters().size;
    model.want(kDropout);
    model.fill(model.direction(), 4, 1);
    const double slope = model.gradient_of(t.batch).tangent;
    const auto at = [&](double h) {
      fixture::Model<Cpu<Float64>, double> moved(on, v.config);
      moved.want(kDropout);
      for (std::int64_t i = 0; i < size; ++i) moved.weights()[i] += h * model.direction()[i];
      const double loss = moved.gradient_of(t.batch);
      auto all = doubles(moved.gradient(), size);
      all.push_back(loss);
      return all;
    };
    auto up = at(kStep);
    const auto down = at(-kStep);
    for (std::size_t i = 0; i < up.size(); ++i) up[i] = (up[i] - down[i]) / (2 * kStep);
    check::expect("gradient·u of a model " + v.name, std::abs(slope / up.back() - 1), 1e-6);
    up.pop_back();
    check::expect("Hu of a model " + v.name, golden::error(doubles(model.product(), size), up), 1e-6);
  }
}

TEST("The Hessian product alone, and with recomputed blocks, has the bits of the one beside a gradient") {
  Cpu<Isa> on(2);
  for (const auto& v : variants()) {
    const Tokens t(v);
    const auto products = [&](Keep keep, bool alone, bool gauss_newton) {
      fixture::Model<Cpu<Isa>, Dual<float>> model(on, v.config, keep);
      model.want(kDropout);
      if (alone) model.want_no_gradient();
      model.fill(model.direction(), 4, 1);
      if (gauss_newton) model.gauss_newton(t.batch);
      else model.gradient_of(t.batch);
      return std::vector<float>(model.product(), model.product() + model.parameters().size);
    };
    for (const bool gauss_newton : {false, true}) {
      const auto whole = products(Keep::kEverything, false, gauss_newton);
      const std::string who = (gauss_newton ? "Gu of a model " : "Hu of a model ") + v.name;
      check::expect(who + " alone", products(Keep::kEverything, true, gauss_newton) == whole);
      check::expect(who + " recomputed", products(Keep::kInputs, true, gauss_newton) == whole);
      check::expect(who + " recomputed where it is cheap", products(Keep::kAllButCheap, true, gauss_newton) == whole);
    }
  }
}

TEST("The Hessian product is linear and symmetric") {
  Cpu<Isa> on(2);
  const Fixture f("odd");
  const auto product = [&](unsigned seed, double size) {
    fixture::Model<Cpu<Isa>, Dual<float>> model(on, f.name);
    model.fill(model.direction(), seed, size);
    model.gradient_of(f.batch);
    return std::pair(doubles(model.direction(), model.parameters().size),
                     doubles(model.product(), model.parameters().size));
  };
  const auto [u, hu] = product(1, 1);
  const auto [v, hv] = product(2, 1);
  auto wide = product(1, 0x1p7).second;
  for (double& x : wide) x *= 0x1p-7;
  check::expect("H(128 u) = 128 Hu, bit for bit", wide == hu);
  double uhv = 0, vhu = 0, uu = 0, hvhv = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    uhv += u[i] * hv[i];
    vhu += v[i] * hu[i];
    uu += u[i] * u[i];
    hvhv += hv[i] * hv[i];
  }
  check::expect("uᵀHv = vᵀHu", std::abs(uhv - vhu) / std::sqrt(uu * hvhv), 1e-6);
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
