// Estimates of the curvature's diagonal, averaged over independent draws: Hutchinson's of the Hessian, with a probe for
// every draw, or Gauss-Newton-Bartlett's of the Gauss-Newton matrix, with labels for every draw.
#pragma once
#include "product.h"

namespace sophia {

struct DiagonalChoice {
  std::string estimator;     // "hutchinson" or "gnb"
  std::string distribution;  // hutchinson: "gaussian" or "rademacher"
  std::int64_t probes = 0;   // draws that are averaged
};

inline constexpr Field<DiagonalChoice> kDiagonalFields[] = {{"estimator", &DiagonalChoice::estimator},
                                                            {"distribution", &DiagonalChoice::distribution},
                                                            {"probes", &DiagonalChoice::probes}};

struct Diagonal {
  std::vector<float> mean;     // dense
  std::vector<double> traces;  // the sum of each draw's estimate
};

Diagonal estimate_diagonal(Run& run, const Examples& examples, const DiagonalChoice& choice);

}  // namespace sophia
