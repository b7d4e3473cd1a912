// Progress: where a run stands. With the parameters and the optimizer's slots it is all that a run continues from,
// since data order, dropout and sampled labels are functions of (seed, step, position).
#pragma once
#include <limits>
#include "../core/field.h"

namespace sophia {

struct Progress {
  std::int64_t step = 0;     // steps done
  std::int64_t updates = 0;  // of the parameters: the steps that were not skipped
  std::uint64_t seed = 0;
  std::int64_t clipped = 0;  // steps whose gradient was clipped
  std::int64_t skipped = 0;  // steps whose gradient, or whose refresh's, was not finite
  std::int64_t skipped_in_a_row = 0;
  std::int64_t tokens = 0;                                      // trained on
  std::int64_t refreshes = 0;                                   // of the Hessian
  double hessian_tokens = 0;                                    // B of the last one
  double win_rate = 0, negative_rate = 0;                       // after the last one
  double hessian_norm = 0, hessian_norm2 = 0;                   // the same
  double scale = 1;                                             // what ρ or γ was moved by
  std::string warning;                                          // the last one given, so that it is given once
  double best_validation = std::numeric_limits<double>::max();  // before the first evaluation: the largest
  std::int64_t metrics_bytes = 0;                               // of metrics.jsonl, up to this step's line
  std::string isa;  // instruction set of the last step: others agree within rounding only, or in float32 to the bit
};

inline constexpr Field<Progress> kProgressFields[] = {
    {"step", &Progress::step},
    {"updates", &Progress::updates},
    {"seed", &Progress::seed},
    {"clipped", &Progress::clipped},
    {"skipped", &Progress::skipped},
    {"skippedInARow", &Progress::skipped_in_a_row},
    {"tokens", &Progress::tokens},
    {"refreshes", &Progress::refreshes},
    {"hessianTokens", &Progress::hessian_tokens},
    {"winRate", &Progress::win_rate},
    {"negativeRate", &Progress::negative_rate},
    {"hessianNorm", &Progress::hessian_norm},
    {"hessianNorm2", &Progress::hessian_norm2},
    {"scale", &Progress::scale},
    {"warning", &Progress::warning},
    {"bestValidation", &Progress::best_validation},
    {"metricsBytes", &Progress::metrics_bytes},
    {"isa", &Progress::isa},
};

}  // namespace sophia
