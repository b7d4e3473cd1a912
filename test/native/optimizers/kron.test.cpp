// Its passes, the CPU's own, are compiled in, for one whose noise is that of the golden file.
#include "../../../native/optimizers/matrixwise.cpu.cpp"
#include "../../../native/device/attached_rules.h"
#include "matrices.h"

using namespace sophia;
using matrices::Golden, matrices::Matrices;

namespace {

Rule psgd(std::map<std::string, double> other = {}) {
  Rule rule{"kron",
            {{"beta1", 0.9},
             {"preconditionerRate", 0.1},
             {"damping", 0},
             {"tiny", 1.1754943508222875e-38},
             {"rmsLimit", 0},
             {"normalize", 0},
             {"block", 0},
             {"largest", 100},
             {"leastProbability", 1},
             {"probabilityDecay", 0},
             {"flatStart", 0},
             {"balanceEvery", 0},
             {"seed", 1}}};
  for (const auto& [name, value] : other) rule.hyper[name] = value;
  return rule;
}

std::vector<std::vector<double>> given;  // of every tensor

struct GivenNoise {
  template <class Spot, class Place>
  HD void operator()(const Spot& here, Place i) const {
    using V = decltype(here.gradient[i]);
    V x(Number<V>(0));
    for (int lane = 0; lane < V::kWidth; ++lane) {
      const auto at = static_cast<std::size_t>(here.first + i.index + lane);
      const auto& numbers = given[static_cast<std::size_t>(here.site)];
      if (at < numbers.size()) x.set(lane, static_cast<Number<V>>(numbers[at]));
    }
    here.work[Kron::kNoise].store(i, x);
  }
};

struct KronOfGiven : Kron {
  template <class On>
  static void move(On& on, const Room<On, KronOfGiven>& room) {
    static const auto all = golden::open("opt");
    given.clear();
    for (const char* name : {"emb", "mat", "wide", "tall", "bias", "ln"}) {
      const auto numbers = golden::tensor(all, std::string("V/") + name);
      const auto count = static_cast<std::ptrdiff_t>(numbers.size() / 25),
                 row = static_cast<std::ptrdiff_t>(room.step.number) - 1;
      given.emplace_back(numbers.begin() + row * count, numbers.begin() + (row + 1) * count);
    }
    move_with<GivenNoise>(on, room);
  }
};

template <class At>
void follows(const Golden& run, double tolerance) {
  matrices::expect_golden<At>(run, tolerance, [](Cpu<At>& on, const Attachment& to) {
    return std::unique_ptr<Attached<Real<At>>>(
        std::make_unique<AttachedRules<Cpu<At>>>(on, to, [](Cpu<At>& rule_on, const Attachment& part) {
          return std::unique_ptr<Attached<Real<At>>>(
              std::make_unique<AttachedMatrices<Cpu<At>, KronOfGiven>>(rule_on, part));
        }));
  });
}

}  // namespace

TEST("Kron") {
  for (const auto& run : {Golden{"kron", {psgd({{"rmsLimit", 1.1}})}},
                          Golden{"kron_damped", {psgd({{"damping", 0.00034526698300124393}})}}}) {
    follows<Float64>(run, 1e-11);
    follows<Isa>(run, 1e-4);
  }
  const Rule study = psgd({{"normalize", 1},
                           {"rmsLimit", 1.1},
                           {"block", 16},
                           {"damping", 3e-4},
                           {"leastProbability", 0.5},
                           {"probabilityDecay", 0.5},
                           {"balanceEvery", 2}});
  matrices::obey(psgd());
  matrices::float_follows_double(psgd(), 1e-4);
  matrices::obey(study);
  matrices::zero_gradient_leaves_only_decay(study, true);
  matrices::descends(psgd({{"rmsLimit", 1.1}}), 0.02, 1e-3, 0.1);
}

TEST("Kron updates its factors less and less often") {
  const auto hyper =
      read_hyper<Kron>(psgd({{"leastProbability", 0.25}, {"probabilityDecay", 0.1}, {"flatStart", 5}}).hyper);
  std::int64_t count = 0, last = 0, longest = 0;
  bool same = true;
  for (std::int64_t t = 1; t <= 200; ++t) {
    const auto at = Kron::updates(hyper, t);
    count += at.now;
    if (at.now) longest = std::max(longest, t - last), last = t;
    same &= at.count == count;
  }
  check::expect("it knows how many it has made", same);
  check::expect("at first in every step, in the end in every fourth",
                Kron::updates(hyper, 5).count == 5 && longest == 4);
}

TEST("Kron limits the root mean square of a step") {
  Matrices<Float64> all({psgd({{"rmsLimit", 0.5}})}, {{6, 5}});
  all.rates() = {{1, 0}};
  fill(all, 2, 100);
  all.step(1);
  double sum = 0;
  for (const double x : all.theta(0)) sum += x * x;
  check::expect("to what was asked for", std::abs(std::sqrt(sum / 30) / (0.5 * matrices::kRate) - 1), 1e-9);
}

TEST("Kron keeps what the reference's table says") {
  const auto kept = [](const Rule& rule, std::int64_t rows, std::int64_t columns) {
    Matrices<Isa> all({rule}, {{rows, columns}});
    double count = 0;
    for (const auto& each : all.attached().state()) count += static_cast<double>(each.count);
    return 4 * count / static_cast<double>(rows * columns);
  };
  check::expect("12 bytes a parameter in square blocks", kept(psgd({{"block", 16}}), 64, 32) == 12);
  check::expect("about 8 where one side is a diagonal",
                kept(psgd({{"largest", 16}}), 64, 16) == 4 + 4 * (64 + 256.0) / 1024);
  check::expect("8 of vectors", kept(psgd(), 1, 5) == 8);
}

TEST("Kron checks") {
  const auto refuses = [](const char* field, double value) {
    check::expect_error(std::string("Kron refuses ") + field, Code::kInvalidArgument, field,
                        [&] { read_hyper<Kron>(psgd({{field, value}}).hyper); });
  };
  refuses("beta1", 1);
  refuses("preconditionerRate", 0);
  refuses("leastProbability", 0);
  refuses("seed", 0.5);
  refuses("rmsLimit", -1);
}
