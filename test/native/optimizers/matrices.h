// Matrix optimizers attached to tensors in two arenas, and what holds for every one of them.
#pragma once
#include <algorithm>
#include <cmath>
#include <random>
#include "../../../native/cpu/cpu.h"
#include "../../../native/core/arena.h"
#include "../../../native/device/attach.h"
#include "../check.h"
#include "../golden.h"

namespace matrices {

using namespace sophia;
using check::expect;

inline constexpr double kRate = 0.01, kDecay = 0.1;

// A tensor, whose rows are outputs, and which of the rules moves it.
struct Shaped {
  std::int64_t rows, columns;
  int set = 0;
  bool decay = true;
  std::int64_t parts = 1;
};

// The rate of a rule, as a part of the step's, and its decay.
struct Rates {
  double rate = 1, decay = kDecay;
};

template <class At>
class Matrices {
 public:
  using T = Real<At>;
  using On = Cpu<At>;

  // make(on, attachment) attaches.
  template <class Make>
  Matrices(std::vector<Rule> rules, const std::vector<Shaped>& shapes, int threads, Make make)
      : on_(threads), rates_(rules.size()) {
    to_ = {.sets = std::move(rules), .spans = {}, .divisions = {}, .size = 0};
    Layout layout;
    for (const auto& s : shapes) {
      to_.spans.push_back({.offset = layout.take(s.rows * s.columns),
                           .count = s.rows * s.columns,
                           .decay = s.decay,
                           .set = s.set,
                           .tensor = static_cast<std::int32_t>(to_.spans.size())});
      to_.divisions.push_back({.rows = s.rows, .columns = s.columns, .parts = s.parts, .out_last = false});
    }
    to_.size = layout.size();
    theta_.resize(static_cast<std::size_t>(to_.size));
    gradient_ = theta_;
    attached_ = make(on_, to_);
  }
  Matrices(std::vector<Rule> rules, const std::vector<Shaped>& shapes, int threads = 1)
      : Matrices(std::move(rules), shapes, threads, [](On& on, const Attachment& to) { return attach(on, to); }) {}

  std::size_t size() const { return to_.spans.size(); }
  std::span<T> theta(std::size_t t) { return part(theta_, t); }
  std::span<T> gradient(std::size_t t) { return part(gradient_, t); }
  std::vector<Rates>& rates() { return rates_; }
  const Attachment& to() const { return to_; }
  Attached<T>& attached() { return *attached_; }

  void step(std::int64_t number, double rate = kRate, bool finite = true) {
    std::vector<Step> steps;
    for (const auto& r : rates_)
      steps.push_back(
          {.number = number, .learning_rate = rate * r.rate, .weight_decay = r.decay, .clip = 1, .finite = finite});
    attached_->set(steps);
    attached_->step({.theta = {theta_.data()}, .gradient = {gradient_.data()}}, {});
  }

  // Parameters and state.
  std::vector<std::vector<T>> all() {
    std::vector<std::vector<T>> numbers{theta_};
    for (const auto& kept : attached_->state())
      for (const auto& part : kept.parts) numbers.emplace_back(part.begin(), part.end());
    return numbers;
  }

 private:
  std::span<T> part(std::vector<T>& arena, std::size_t t) {
    return {arena.data() + to_.spans[t].offset, static_cast<std::size_t>(to_.spans[t].count)};
  }

  On on_;
  Attachment to_;
  std::vector<Rates> rates_;
  std::vector<T> theta_, gradient_;
  std::unique_ptr<Attached<T>> attached_;
};

// A golden run: its name, the tensors that it has, and which rule moves them.
struct Golden {
  std::string name;
  std::vector<Rule> rules;
  std::vector<Rates> rates = {{}};
  std::map<std::string, int> set = {};  // of the tensors, where it is not 0
  bool all_decay = false;               // vectors as well
};

inline const std::map<std::string, std::pair<std::int64_t, std::int64_t>> kShapes{
    {"emb", {11, 6}}, {"mat", {6, 6}}, {"wide", {5, 9}}, {"tall", {10, 4}}, {"bias", {1, 7}}, {"ln", {1, 6}}};

template <class At, class Make>
void expect_golden(const Golden& run, double tolerance, Make make) {
  const auto file = golden::open("opt");
  const auto manifest = golden::json("manifest");
  const auto& facts = manifest.at("opt").at("runs").at(run.name);
  const auto has = [&](const char* list, const std::string& name) {
    const auto& all = facts.at(list).array();
    return std::any_of(all.begin(), all.end(), [&](const Json& n) { return n.string() == name; });
  };
  std::vector<std::string> names;
  std::vector<Shaped> shapes;
  for (const std::string name : {"emb", "mat", "wide", "tall", "bias", "ln"}) {
    if (!has("params", name)) continue;
    names.push_back(name);
    const auto [rows, columns] = kShapes.at(name);
    shapes.push_back(
        {rows, columns, run.set.contains(name) ? run.set.at(name) : 0, run.all_decay || has("decay", name)});
  }
  Matrices<At> all(run.rules, shapes, 2, make);
  all.rates() = run.rates;
  std::vector<std::vector<double>> start;
  for (std::size_t t = 0; t < names.size(); ++t) {
    start.push_back(golden::tensor(file, "p0/" + names[t]));
    std::copy(start[t].begin(), start[t].end(), all.theta(t).begin());
  }
  std::vector<std::vector<double>> gradients;
  for (const auto& name : names) gradients.push_back(golden::tensor(file, "g/" + name));
  for (std::size_t i = 0; i < 25; ++i) {
    for (std::size_t t = 0; t < names.size(); ++t) {
      const auto& g = gradients[t];
      std::copy_n(g.begin() + static_cast<std::ptrdiff_t>(i * start[t].size()), start[t].size(),
                  all.gradient(t).begin());
    }
    all.step(static_cast<std::int64_t>(i) + 1);
    if (i != 0 && i != 4 && i != 24) continue;
    for (std::size_t t = 0; t < names.size(); ++t) {
      auto want = golden::tensor(file, run.name + "." + std::to_string(i + 1) + "/" + names[t]);
      std::vector<double> got(all.theta(t).begin(), all.theta(t).end());
      for (std::size_t e = 0; e < want.size(); ++e) want[e] -= start[t][e], got[e] -= start[t][e];
      expect(text(run.name, " on ", At::kName, ": golden ", names[t], " after ", i + 1), golden::error(got, want),
             tolerance);
    }
  }
}
template <class At>
void expect_golden(const Golden& run, double tolerance) {
  expect_golden<At>(run, tolerance, [](Cpu<At>& on, const Attachment& to) { return attach(on, to); });
}

// Ordinary shapes, and those that a careless caller has.
inline const std::vector<Shaped> kRagged{{7, 5}, {1, 9}, {9, 1}, {1, 1}, {40, 33}, {7, 5}, {6, 12, 0, false, 3}};

template <class At>
void fill(Matrices<At>& all, unsigned seed, double scale = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  for (std::size_t t = 0; t < all.size(); ++t)
    for (auto& g : all.gradient(t)) g = static_cast<Real<At>>(scale * normal(random));
}
template <class At>
struct RandomMatrices : Matrices<At> {
  explicit RandomMatrices(const Rule& rule, int threads = 1) : Matrices<At>({rule}, kRagged, threads) {
    fill(*this, 4);
    for (std::size_t t = 0; t < this->size(); ++t)
      std::copy(this->gradient(t).begin(), this->gradient(t).end(), this->theta(t).begin());
  }
};

// What every matrix optimizer obeys.
inline void obey(const Rule& rule) {
  const std::string who = rule.optimizer + " on " + Isa::kName + ": ";
  const auto after = [&](int threads) {
    RandomMatrices<Isa> all(rule, threads);
    for (int t = 1; t <= 4; ++t) fill(all, static_cast<unsigned>(t)), all.step(t);
    return all.all();
  };
  const auto one = after(1);
  expect(who + "1, 2 and 3 threads give the same bits", one == after(2) && one == after(3));

  RandomMatrices<Isa> single(rule);
  for (int t = 1; t <= 3; ++t) fill(single, static_cast<unsigned>(t)), single.step(t);
  const auto before = single.all();
  for (std::size_t t = 0; t < single.size(); ++t) single.gradient(t)[0] = NAN;
  single.step(4, kRate, false);
  expect(who + "a gradient that is not finite leaves everything as it was", single.all() == before);
}

inline void float_follows_double(const Rule& rule, double tolerance) {
  RandomMatrices<Isa> single(rule);
  RandomMatrices<Float64> exact(rule);
  const std::vector<double> start(exact.theta(4).begin(), exact.theta(4).end());
  for (int t = 1; t <= 3; ++t) {
    fill(single, 1, 1.0 / t), single.step(t);  // one direction: the bases of what has no gradient are any
    fill(exact, 1, 1.0 / t), exact.step(t);
  }
  std::vector<double> got(single.theta(4).begin(), single.theta(4).end());
  std::vector<double> want(exact.theta(4).begin(), exact.theta(4).end());
  for (std::size_t i = 0; i < want.size(); ++i) got[i] -= start[i], want[i] -= start[i];
  expect(rule.optimizer + " on " + Isa::kName + ": float32 follows float64", golden::error(got, want), tolerance);
}

// From a fresh start, in the first step and in later ones.
inline void zero_gradient_leaves_only_decay(const Rule& rule, bool decays_first) {
  RandomMatrices<Isa> all(rule);
  fill(all, 1, 0);
  const std::vector<float> start(all.theta(4).begin(), all.theta(4).end()),
      still(all.theta(6).begin(), all.theta(6).end());
  const float keep = static_cast<float>(1 - kRate * kDecay);
  for (int t = 1; t <= 3; ++t) all.step(t);
  double worst = 0;
  for (std::size_t i = 0; i < start.size(); ++i)
    worst = std::max(worst,
                     std::abs(double{all.theta(4)[i]} / (start[i] * std::pow(double{keep}, decays_first ? 3 : 2)) - 1));
  expect(rule.optimizer + ": a zero gradient leaves only decay", worst, 1e-6);
  expect(rule.optimizer + ": and nothing where there is none",
         std::equal(still.begin(), still.end(), all.theta(6).begin()));
}

// ½‖A(θ − θ*)B‖², whose curvature is that of two matrices; and Rosenbrock's valley in a matrix of two rows.
inline void descends(const Rule& rule, double rate, double bowl_limit, double valley_limit) {
  Matrices<Isa> bowl({rule}, {{8, 6}});
  const auto loss = [](std::span<float> x, std::span<float> g) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double h = (1.0 + static_cast<double>(i / 6)) * (1.0 + static_cast<double>(i % 6)) / 6,
                   d = x[i] - 0.1 * static_cast<double>(i % 5);
      sum += h * d * d / 2;
      if (!g.empty()) g[i] = static_cast<float>(h * d);
    }
    return sum;
  };
  bowl.rates() = {{1, 0}};
  for (auto& x : bowl.theta(0)) x = 1;
  for (int t = 1; t <= 500; ++t) loss(bowl.theta(0), bowl.gradient(0)), bowl.step(t, rate * (1 - (t - 1) / 500.0));
  expect(rule.optimizer + " descends a bowl", loss(bowl.theta(0), {}), bowl_limit);

  Matrices<Isa> valley({rule}, {{2, 2}});
  valley.rates() = {{1, 0}};
  const auto rosenbrock = [](std::span<float> x, std::span<float> g) {
    double sum = 0;
    for (std::size_t i = 0; i < 2; ++i) {
      const double a = 1 - double{x[i]}, b = 10 * (double{x[2 + i]} - double{x[i]} * x[i]);
      if (!g.empty()) g[i] = static_cast<float>(-2 * a - 40 * b * x[i]), g[2 + i] = static_cast<float>(20 * b);
      sum += a * a + b * b;
    }
    return sum;
  };
  valley.theta(0)[0] = -1.2f, valley.theta(0)[1] = 0.5f, valley.theta(0)[2] = 1, valley.theta(0)[3] = -0.5f;
  for (int t = 1; t <= 8000; ++t)
    rosenbrock(valley.theta(0), valley.gradient(0)), valley.step(t, rate * (1 - (t - 1) / 8000.0));
  expect(rule.optimizer + " descends Rosenbrock's valley", rosenbrock(valley.theta(0), {}), valley_limit);
}

}  // namespace matrices
