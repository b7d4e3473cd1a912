// Muon, momentum orthogonalized.  Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
//
//   m ← μ m + w g                       w = 1, or 1 − μ for an average; only the ε of O sees the difference
//   x ← w g + μ m, or m without Nesterov's momentum
//   d ← s O(x)                          O by Newton and Schulz (linalg/newton_schulz.h), of each matrix
//
// s makes steps of matrices of all shapes alike, (out, in):
//
//   √max(1, out/in)      Jordan's, and that of Wen et al. 2025, https://arxiv.org/abs/2509.02046
//   0.2 √max(out, in)    as large as AdamW's: Liu et al. 2025, https://arxiv.org/abs/2502.16982
//   √(out/in)            Scion's: Pethick et al. 2025, https://arxiv.org/abs/2502.07529, whose momentum is an average
#pragma once
#include <cmath>
#include "../linalg/newton_schulz.h"
#include "matrixwise.h"

namespace sophia {

struct Muon {
  static constexpr const char* kName = "muon";
  static constexpr const char* kSlots[] = {"momentum"};
  static constexpr int kNumberSlots = 1, kWorks = 1;

  struct Hyper {
    double momentum, gradient, nesterov, steps, a, b, c, epsilon, scale;
  };
  static constexpr Field<Hyper> kFields[] = {{"momentum", &Hyper::momentum},
                                             {"gradient", &Hyper::gradient},
                                             {"nesterov", &Hyper::nesterov},
                                             {"steps", &Hyper::steps},
                                             {"a", &Hyper::a},
                                             {"b", &Hyper::b},
                                             {"c", &Hyper::c},
                                             {"epsilon", &Hyper::epsilon},
                                             {"scale", &Hyper::scale}};
  static void check(const Hyper& h) {
    require_fraction("momentum", h.momentum);
    require_positive("gradient", h.gradient);
    require_positive("epsilon", h.epsilon);
    require_choice("nesterov", h.nesterov, 2);
    require_choice("scale", h.scale, 3);
    require_count("steps", h.steps, 1, kMostSteps);
    for (const double x : {h.a, h.b, h.c})
      require(std::isfinite(x), "Expected coefficients `a`, `b` and `c` to be finite, got ", x);
  }

  template <class T>
  struct Constants {
    T momentum, gradient, gradient_ahead, momentum_ahead;
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step&) {
    const bool ahead = h.nesterov != 0;
    return {static_cast<T>(h.momentum), static_cast<T>(h.gradient), static_cast<T>(ahead ? h.gradient : 0),
            static_cast<T>(ahead ? h.momentum : 1)};
  }

  static std::int64_t block(const Hyper&) { return 0; }
  static double factor(const Hyper& h, const Division& d) {
    const auto width = static_cast<double>(d.columns) / static_cast<double>(d.parts),
               height = static_cast<double>(d.rows);
    const double out = d.out_last ? width : height, in = d.out_last ? height : width;
    if (h.scale == 0) return std::sqrt(std::max(1.0, out / in));
    return h.scale == 1 ? 0.2 * std::sqrt(std::max(out, in)) : std::sqrt(out / in);
  }

  struct Collect {
    template <class Spot, class Place>
    HD void operator()(const Spot& here, Place i) const {
      using V = decltype(here.gradient[i]);
      const auto& c = here.now.constants;
      const V g = here.gradient[i] * here.now.clip;
      const V m = fma(V(c.gradient), g, here.slot[0][i] * c.momentum);
      here.slot[0].store(i, m);
      here.work[0].store(i, m * c.momentum_ahead + g * c.gradient_ahead);
    }
  };

  static std::int64_t tile_numbers(const Hyper&, const Tile&, int) { return 0; }
  static std::int64_t scratch(const Hyper&, const TileClass& c) {
    return newton_schulz_workspace(c.count, c.rows, c.columns);
  }
  static std::int64_t sums(const TileClass& c) { return newton_schulz_sums(c.count, c.rows, c.columns); }
  template <class On, class Room>
  static void move(On& on, const Room& room) {
    pass<Collect>(on, room.sheet);
    for (const auto& c : room.round.classes)
      newton_schulz(on, NewtonSchulz<typename On::Real>{.batch = c.count,
                                                        .rows = c.rows,
                                                        .columns = c.columns,
                                                        .steps = static_cast<int>(room.hyper.steps),
                                                        .a = room.hyper.a,
                                                        .b = room.hyper.b,
                                                        .c = room.hyper.c,
                                                        .epsilon = room.hyper.epsilon,
                                                        .x = room.sheet.work[0] + c.work,
                                                        .workspace = room.scratch,
                                                        .sums = room.doubles});
  }

 private:
  static constexpr int kMostSteps = 100;
};

}  // namespace sophia
