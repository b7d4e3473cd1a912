// The optimizers, once. The passes, the checkpoints and the boundary are made for what stands here.
#pragma once
#include <map>
#include <string>
#include <vector>
#include "adam_mini.h"
#include "adamw.h"
#include "cautious.h"
#include "lion.h"
#include "mars.h"
#include "matrix_registry.h"
#include "nadamw.h"
#include "rms_momentum.h"
#include "sgd.h"
#include "sophia.h"
#include "sophiag.h"

#define SOPHIA_OPTIMIZERS(X) \
  X(AdamW)                   \
  X(Lion) X(Sgd) X(SophiaG) X(Sophia) X(NAdamW) X(CautiousAdamW) X(CautiousLion) X(Mars) X(AdamMini) X(RmsMomentum)

namespace sophia {

// f.operator()<O>() for every optimizer O; and for the elementwise ones alone.
#define SOPHIA_CALL(O) f.template operator()<O>();
template <class F>
void for_each_elementwise_optimizer(F f) {
  SOPHIA_OPTIMIZERS(SOPHIA_CALL)
}
template <class F>
void for_each_optimizer(F f) {
  for_each_elementwise_optimizer(f);
  SOPHIA_MATRIX_OPTIMIZERS(SOPHIA_CALL)
}
#undef SOPHIA_CALL

// f.operator()<O>() for the optimizer of this name; fails when there is none.
template <class F>
void with_optimizer(const std::string& name, F f) {
  bool found = false;
  std::string known;
  for_each_optimizer([&]<class O>() {
    if (name == O::kName) {
      found = true;
      f.template operator()<O>();
    }
    known += text(known.empty() ? "" : ", ", O::kName);
  });
  require(found, "Expected an optimizer of ", known, ", got ", name);
}

inline std::vector<std::string> slot_names(const std::string& optimizer) {
  std::vector<std::string> names;
  with_optimizer(optimizer, [&]<class O>() {
    names.assign(std::begin(O::kSlots), std::end(O::kSlots));
    if constexpr (requires { O::kBlockSlots; })
      names.insert(names.end(), std::begin(O::kBlockSlots), std::end(O::kBlockSlots));
  });
  return names;
}

inline bool moves_matrices(const std::string& optimizer) {
  bool moves = false;
  with_optimizer(optimizer, [&]<class O>() { moves = MovesMatrices<O>; });
  return moves;
}

// The optimizer's hyperparameters by name, every one of them and no other, and checked.
template <class O>
typename O::Hyper read_hyper(const std::map<std::string, double>& values) {
  typename O::Hyper hyper;
  for (const auto& field : O::kFields) {
    const auto value = values.find(field.name);
    require(value != values.end(), "Expected ", O::kName, " to have `", field.name, "`");
    hyper.*std::get<double O::Hyper::*>(field.member) = value->second;
  }
  for (const auto& [name, value] : values) {
    bool known = false;
    for (const auto& field : O::kFields) known |= name == field.name;
    require(known, "Expected no `", name, "`: ", O::kName, " does not have it");
  }
  O::check(hyper);
  return hyper;
}

}  // namespace sophia
