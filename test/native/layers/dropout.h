// The draw of every dropout under test.
#pragma once
#include "../../../native/layers/dropout.h"
#include "../law.h"

namespace law {

inline const Draw kDropout{.seed = 7, .step = 3, .purpose = Purpose::kDropout, .micro = 1, .site = 2};

}  // namespace law
