// SOAP, Shampoo with Adam in the preconditioner's eigenbasis.  Vyas et al. 2024, Algorithm 3,
// https://arxiv.org/abs/2409.11321
//
//   m ← β₁ m + (1 − β₁) g                v ← β₂ v + (1 − β₂) (Qₗᵀ g Qᵣ)²
//   d ← Qₗ [ Qₗᵀ m Qᵣ / (√v + ε) ] Qᵣᵀ · √(1 − β₂ᵏ)/(1 − β₁ᵏ)
//   L ← βₛ L + (1 − βₛ) g gᵀ             R ← βₛ R + (1 − βₛ) gᵀ g
//   every f steps  Q ← QR(L Q) of the columns of Q, and the rows of v with them, in the order of diag QᵀLQ; R alike
//
// The first step makes L, R and their eigenvectors, and moves nothing. A side that is longer than `largest` has no
// basis, and vectors have none but with `precondition1d`. A matrix may be cut into blocks, each with sides of its own.
//
//   the authors' code (https://github.com/nikhilvyas/SOAP)      k = t − 1, Q from the new L, θ decays after the step
//   the study's (https://arxiv.org/abs/2509.02046)   k = t, Q from the old L, θ decays before, vectors have a basis
#pragma once
#include <cmath>
#include "../linalg/blend.h"
#include "../linalg/matmul.h"
#include "../linalg/qr.h"
#include "../linalg/spectral_order.h"
#include "../linalg/symmetric_eigen.h"
#include "matrixwise.h"

namespace sophia {

struct Soap {
  static constexpr const char* kName = "soap";
  static constexpr const char* kSlots[] = {"momentum",   "variance",     "left_moment",
                                           "left_basis", "right_moment", "right_basis"};
  static constexpr int kNumberSlots = 2;

  struct Hyper {
    double beta1, beta2, shampoo_beta, epsilon, every, block, largest;
    double counts_first, precondition_1d, basis_before, decay_after;
  };
  static constexpr Field<Hyper> kFields[] = {{"beta1", &Hyper::beta1},
                                             {"beta2", &Hyper::beta2},
                                             {"shampooBeta", &Hyper::shampoo_beta},
                                             {"epsilon", &Hyper::epsilon},
                                             {"every", &Hyper::every},
                                             {"block", &Hyper::block},
                                             {"largest", &Hyper::largest},
                                             {"countsFirst", &Hyper::counts_first},
                                             {"precondition1d", &Hyper::precondition_1d},
                                             {"basisBefore", &Hyper::basis_before},
                                             {"decayAfter", &Hyper::decay_after}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_fraction("beta2", h.beta2);
    require_fraction("shampooBeta", h.shampoo_beta);
    require_positive("epsilon", h.epsilon);
    require_count("every", h.every, 1, kMostEvery);
    require_count("block", h.block, 0, kMostSide);
    require_count("largest", h.largest, 0, kMostSide);
    require_choice("countsFirst", h.counts_first, 2);
    require_choice("precondition1d", h.precondition_1d, 2);
    require_choice("basisBefore", h.basis_before, 2);
    require_choice("decayAfter", h.decay_after, 2);
  }

  template <class T>
  struct Constants {
    MovingAverage<T> momentum, variance;
    T epsilon, correction;
    bool first, decay_after;
  };
  // The steps that the averages have seen.
  static double seen(const Hyper& h, const Step& step) {
    return static_cast<double>(step.number) - (h.counts_first == 0);
  }
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    const double k = std::max(1.0, seen(h, step));
    const double correction = std::sqrt(1 - std::pow(h.beta2, k)) / (1 - std::pow(h.beta1, k));
    return {MovingAverage<T>(h.beta1),  MovingAverage<T>(h.beta2), static_cast<T>(h.epsilon),
            static_cast<T>(correction), step.number == 1,          h.decay_after != 0};
  }
  // θ − ηd decays, and not θ alone; in the first step nothing does.
  template <class Spot>
  HD static void adjust(Spot& here) {
    if (!here.now.constants.decay_after) return;
    if (here.now.constants.first) here.now.keep = 1;
    here.factor *= here.now.keep;
  }

  // The copies: g and its rotation, the rotation of m, and m, which the direction takes the place of.
  enum Work { kGradient, kRotated, kRotatedMomentum, kDirection, kWorkCount };
  static constexpr int kWorks = kWorkCount;

  struct Begin {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      here.work[kGradient].store(i, here.gradient[i] * here.now.clip);
      here.work[kDirection].store(i, here.slot[0][i] * 0);
    }
  };
  struct Collect {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      const auto g = here.gradient[i] * here.now.clip;
      const auto m = here.now.constants.momentum.next(here.slot[0][i], g);
      here.slot[0].store(i, m);
      here.work[kGradient].store(i, g);
      here.work[kDirection].store(i, m);
    }
  };
  struct Adapt {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      const auto& c = here.now.constants;
      const auto v = c.variance.next_square(here.slot[1][i], here.work[kRotated][i]);
      here.slot[1].store(i, v);
      here.work[kRotatedMomentum].store(i, here.work[kRotatedMomentum][i] * c.correction / (sqrt(v) + c.epsilon));
    }
  };
  // v to where its rows and columns are moved, and back.
  struct TakeVariance {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      here.work[kRotated].store(i, here.slot[1][i]);
    }
  };
  struct PutVariance {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      here.slot[1].store(i, here.work[kRotatedMomentum][i]);
    }
  };

  static std::int64_t block(const Hyper& h) { return static_cast<std::int64_t>(h.block); }
  static double factor(const Hyper&, const Division&) { return 1; }
  // The sides of a tile, the left one and the right one, that have a basis; 0 for one that has none.
  static std::int64_t side(const Hyper& h, std::int64_t rows, std::int64_t columns, int s) {
    const std::int64_t length = s == 0 ? rows : columns, other = s == 0 ? columns : rows;
    const bool vector = other == 1 && h.precondition_1d == 0;
    return length > 1 && !vector && static_cast<double>(length) <= h.largest ? length : 0;
  }
  static std::int64_t tile_numbers(const Hyper& h, const Tile& tile, int slot) {
    const std::int64_t n = side(h, tile.rows, tile.columns, (slot - kNumberSlots) / 2);
    return n * n;
  }
  static std::int64_t scratch(const Hyper& h, const TileClass& c) {
    std::int64_t most = c.count * c.rows * c.columns;
    for (int s = 0; s < 2; ++s) {
      const std::int64_t n = side(h, c.rows, c.columns, s);
      most =
          std::max(most, 2 * c.count * n * n + std::max(qr_scratch(c.count, n), symmetric_eigen_scratch(c.count, n)));
    }
    return most + c.count * (c.rows + c.columns);
  }
  static bool refreshes(const Hyper& h, const Step& step) {
    return step.number > 1 && std::fmod(seen(h, step), h.every) == 0;
  }
  static std::int64_t course(const Hyper& h, const Step& step) { return step.number == 1 ? 2 : refreshes(h, step); }

  template <class On>
  static void move(On&, const Room<On, Soap>&);

 private:
  static constexpr double kMostEvery = 1 << 20, kMostSide = 1 << 20;
};

}  // namespace sophia
