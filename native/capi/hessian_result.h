// What C sees of a Hessian's totals.
#pragma once
#include "../curvature/ratios.h"
#include "boundary.h"

namespace sophia::capi {

static_assert(SOPHIA_RATIO_BINS == kRatioBins);

inline sophia_hessian_result result_of(const HessianTotals& totals) {
  sophia_hessian_result result = SOPHIA_HESSIAN_RESULT_INIT;
  result.win_rate = totals.win_rate;
  result.negative_rate = totals.negative_rate;
  result.l1 = totals.l1;
  result.l2 = totals.l2;
  std::copy(totals.ratios.begin(), totals.ratios.end(), result.ratios);
  return result;
}

}  // namespace sophia::capi
