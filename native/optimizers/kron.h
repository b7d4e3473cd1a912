// Kron, PSGD with a Kronecker-factored preconditioner.  Li 2018, https://arxiv.org/abs/1512.04202, in the form of Evan
// Walters' code, https://github.com/evanatyourservice/kron_torch, and of Wen et al. 2025, arXiv 2509.02046
//
//   m ← β₁ m + (1 − β₁) g,   M = m/(1 − β₁ᵗ)          g by its norm, where it is to be
//   A = Qₗ (M + δ mean|M| V) Qᵣᵀ,   B = Qₗ⁻ᵀ V Qᵣ⁻¹      V from N(0, 1), now and then: see updates()
//   Qₗ ← Qₗ − ρ/(bound(AAᵀ + BBᵀ) + tiny) triu(AAᵀ − BBᵀ) Qₗ          Qᵣ alike, of AᵀA and BᵀB
//   d ← Qₗᵀ Qₗ M Qᵣᵀ Qᵣ                                 no larger than `rmsLimit`, by its root mean square in a tensor
//
// Factors are upper triangular; of vectors, and of sides that are longer than `largest`, they are diagonal. A matrix
// may be cut into blocks, each with factors of its own. V is drawn from (seed, step, tensor, position).
#pragma once
#include <cmath>
#include "../linalg/blend.h"
#include "../linalg/matmul.h"
#include "../linalg/triangular.h"
#include "../math/random.h"
#include "kron_sides.h"
#include "matrixwise.h"

namespace sophia {

struct Kron {
  static constexpr const char* kName = "kron";
  static constexpr const char* kSlots[] = {"momentum", "left", "right"};
  static constexpr int kNumberSlots = 1;

  struct Hyper {
    double beta1, rate, damping, tiny, rms_limit, normalize, block, largest;
    double least_probability, probability_decay, flat_start, balance_every, seed;
  };
  static constexpr Field<Hyper> kFields[] = {{"beta1", &Hyper::beta1},
                                             {"preconditionerRate", &Hyper::rate},
                                             {"damping", &Hyper::damping},
                                             {"tiny", &Hyper::tiny},
                                             {"rmsLimit", &Hyper::rms_limit},
                                             {"normalize", &Hyper::normalize},
                                             {"block", &Hyper::block},
                                             {"largest", &Hyper::largest},
                                             {"leastProbability", &Hyper::least_probability},
                                             {"probabilityDecay", &Hyper::probability_decay},
                                             {"flatStart", &Hyper::flat_start},
                                             {"balanceEvery", &Hyper::balance_every},
                                             {"seed", &Hyper::seed}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_positive("preconditionerRate", h.rate);
    require_positive("tiny", h.tiny);
    require(h.damping >= 0 && h.damping < 1, "Expected `damping` to be in [0, 1), got ", h.damping);
    require(h.rms_limit >= 0 && std::isfinite(h.rms_limit), "Expected `rmsLimit` to be 0 or more, got ", h.rms_limit);
    require_choice("normalize", h.normalize, 2);
    require_count("block", h.block, 0, kMost);
    require_count("largest", h.largest, 0, kMost);
    require(h.least_probability > 0 && h.least_probability <= 1, "Expected `leastProbability` to be in (0, 1], got ",
            h.least_probability);
    require(h.probability_decay >= 0 && std::isfinite(h.probability_decay),
            "Expected `probabilityDecay` to be 0 or more, got ", h.probability_decay);
    require_count("flatStart", h.flat_start, 0, kMostCount);
    require_count("balanceEvery", h.balance_every, 0, kMostCount);
    require_count("seed", h.seed, 0, kMostCount);
  }

  // The updates of the factors up to step t, and whether t makes one:  as soon as 1/p steps went by since the last,
  // p = exp(−`probabilityDecay` (t − `flatStart`)), between `leastProbability` and 1.
  struct Updates {
    std::int64_t count;
    bool now;
  };
  static Updates updates(const Hyper& h, std::int64_t t) {
    Updates all{0, false};
    std::int64_t waited = 0;
    for (std::int64_t s = 1; s <= t; ++s) {
      const double p = std::exp(-h.probability_decay * std::max(0.0, static_cast<double>(s - 1) - h.flat_start));
      const bool settled = p <= h.least_probability;
      const double wait = 1 / std::max(p, h.least_probability);
      ++waited;
      all.now = static_cast<double>(waited) >= wait;
      all.count += all.now;
      if (all.now) waited = 0;
      if (settled) {  // from here on every so many steps
        const auto each = static_cast<std::int64_t>(std::ceil(wait)), left = t - s + waited;
        if (s == t) break;
        return {all.count + left / each, left % each == 0};
      }
    }
    return all;
  }

  template <class T>
  struct Constants {
    MovingAverage<T> momentum;
    T correction, damping, rms_limit;
    bool normalize;
    Draw draw;
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    return {MovingAverage<T>(h.beta1),
            static_cast<T>(1 / (1 - std::pow(h.beta1, static_cast<double>(step.number)))),
            static_cast<T>(h.damping),
            static_cast<T>(h.rms_limit),
            h.normalize != 0,
            {.seed = static_cast<std::uint64_t>(h.seed),
             .step = static_cast<std::uint32_t>(step.number),
             .purpose = Purpose::kPreconditioner}};
  }

  // The copies: M, V, M with damping, which A takes the place of, and the direction.
  enum Work { kMomentum, kNoise, kProbe, kDirection, kWorkCount };
  static constexpr int kWorks = kWorkCount;

  // Sums for the passes that need a statistic of their tensor.
  template <class V>
  HD static Tally<V, static_cast<int>(StepSum::kSums)> only(V x) {
    Tally<V, static_cast<int>(StepSum::kSums)> sums(0);
    sums[StepSum{}] = x;
    return sums;
  }
  struct SquareGradient {
    template <class Spot, class Place>
    HD auto operator()(const Spot& here, Place i) const {
      return only(square(here.gradient[i] * here.now.clip));
    }
  };
  struct Collect {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      using V = decltype(here.gradient[i]);
      const auto& c = here.now.constants;
      V g = here.gradient[i] * here.now.clip;
      if (c.normalize) g = g / static_cast<Number<V>>(sqrt(here.statistic.sum) + 1e-16);
      const V m = c.momentum.next(here.slot[0][i], g);
      here.slot[0].store(i, m);
      here.work[kMomentum].store(i, m * c.correction);
    }
  };
  struct Magnitude {
    template <class Spot, class Place>
    HD auto operator()(const Spot& here, Place i) const {
      return only(abs(here.work[kMomentum][i]));
    }
  };
  struct DrawNoise {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      using V = decltype(here.gradient[i]);
      Draw draw = here.now.constants.draw;
      draw.site = static_cast<std::uint32_t>(here.site);
      here.work[kNoise].store(
          i, cast<Number<V>>(normal<V::kWidth>(draw, static_cast<std::uint64_t>(here.first + i.index))));
    }
  };
  struct Damp {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      using V = decltype(here.gradient[i]);
      const auto damping = static_cast<Number<V>>(here.statistic.mean() * here.now.constants.damping);
      here.work[kProbe].store(i, fma(V(damping), here.work[kNoise][i], here.work[kMomentum][i]));
    }
  };
  struct SquareDirection {
    template <class Spot, class Place>
    HD auto operator()(const Spot& here, Place i) const {
      return only(square(here.work[kDirection][i]));
    }
  };
  struct Limit {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      using V = decltype(here.gradient[i]);
      const double limit = static_cast<double>(here.now.constants.rms_limit) / sqrt(here.statistic.mean());
      if (limit < 1) here.work[kDirection].store(i, here.work[kDirection][i] * static_cast<Number<V>>(limit));
    }
  };

  static std::int64_t block(const Hyper& h) { return static_cast<std::int64_t>(h.block); }
  static double factor(const Hyper&, const Division&) { return 1; }

  // What the factor of a side is: none, a diagonal, or a triangle.
  enum class Side { kNone, kDiagonal, kTriangle };
  static Side side(const Hyper& h, std::int64_t rows, std::int64_t columns, int s) {
    const std::int64_t length = s == 0 ? rows : columns, other = s == 0 ? columns : rows;
    if (other == 1 && (length > 1 || s == 1)) return Side::kDiagonal;
    if (length == 1) return Side::kNone;
    return static_cast<double>(length) <= h.largest ? Side::kTriangle : Side::kDiagonal;
  }
  static std::int64_t side_numbers(const Hyper& h, std::int64_t rows, std::int64_t columns, int s) {
    const std::int64_t length = s == 0 ? rows : columns;
    const Side kind = side(h, rows, columns, s);
    return kind == Side::kNone ? 0 : kind == Side::kDiagonal ? length : length * length;
  }
  static std::int64_t tile_numbers(const Hyper& h, const Tile& tile, int slot) {
    return side_numbers(h, tile.rows, tile.columns, slot - kNumberSlots);
  }
  static std::int64_t scratch(const Hyper&, const TileClass& c) {
    const std::int64_t most = std::max(c.rows, c.columns);
    return c.count * (c.rows * c.columns + 3 * most * most + 2 * most) + triangular_scratch(c.count, most);
  }
  static std::int64_t course(const Hyper& h, const Step& step) {
    const Updates at = updates(h, step.number);
    return (step.number == 1 ? 4 : 0) + (at.now ? 1 : 0) + (balances(h, at) ? 2 : 0);
  }
  static bool balances(const Hyper& h, const Updates& at) {
    return at.now && h.balance_every > 0 && std::fmod(static_cast<double>(at.count), h.balance_every) == 0;
  }

  // Noise is the formula that draws V.
  template <class Noise, class On, class O>
  static void move_with(On&, const Room<On, O>&);
  template <class On>
  static void move(On& on, const Room<On, Kron>& room) {
    move_with<DrawNoise>(on, room);
  }

 private:
  static constexpr double kMost = 1 << 20, kMostCount = 9007199254740991.0;
};

}  // namespace sophia
