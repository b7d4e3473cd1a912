// Hutchinson's estimate of the diagonal of a matrix from its product with a random vector:  ĥ = u ⊙ Hu.
// Hutchinson 1990, https://doi.org/10.1080/03610919008812866; Liu et al. 2023, Algorithm 1,
// https://arxiv.org/abs/2305.14342; the diagonal: Bekas et al. 2007, https://doi.org/10.1016/j.apnum.2007.01.003
//
//   direction   (count)   u: independent numbers of mean 0 and variance 1, so that E[ĥ] = diag H
//   product     (count)   w·Hu, with the weight w of this probe
//   estimate    (count)   added to
//
// The variance of ĥᵢ is Σ_{j≠i} Hᵢⱼ² for Rademacher's signs, and 2Hᵢᵢ² more for Gaussian numbers, which the paper has.
// A probe is a function of (seed, step, probe, tensor, position), so that a resumed run draws the same.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "../math/random.h"

namespace sophia {

enum class Distribution { kGaussian, kRademacher };

template <class T>
struct Probe {
  View<T> direction;  // written with =
  std::int64_t count;
  Distribution distribution;
  Draw draw;
};

template <class T>
struct DiagonalEstimate {
  View<T> direction, product, estimate;
  std::int64_t count;
};

template <class Isa, class T> void draw(Cpu<Isa>&, const Probe<T>&);
template <class T> void draw(Cuda&, const Probe<T>&);
template <class Isa, class T> void add_estimate(Cpu<Isa>&, const DiagonalEstimate<T>&);
template <class T> void add_estimate(Cuda&, const DiagonalEstimate<T>&);

namespace hutchinson {

// The pack at place i of the stream, as T.
template <class T, class Place>
HD void draw_at(const Probe<T>& a, Place i) {
  constexpr int N = decltype(a.direction[i])::kWidth;
  const auto position = static_cast<std::uint64_t>(i.index);
  const bool gaussian = a.distribution == Distribution::kGaussian;
  a.direction.store(i, cast<T>(gaussian ? normal<N>(a.draw, position) : rademacher<N>(a.draw, position)));
}

template <class T, class Place>
HD void estimate_at(const DiagonalEstimate<T>& a, Place i) {
  a.estimate.store(i, multiply_add(a.direction[i], a.product[i], a.estimate[i]));
}

}  // namespace hutchinson
}  // namespace sophia
