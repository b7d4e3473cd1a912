// Attaches an optimizer of any number of rules to tensors, on a backend. What that is made of is compiled here alone,
// for it is a class for every optimizer.
#pragma once
#include <memory>
#include "../core/backend.h"
#include "../cpu/isa.h"
#include "attachment.h"

namespace sophia {

// Its state is zero at first.
template <class Isa>
std::unique_ptr<Attached<Real<Isa>>> attach(Cpu<Isa>&, const Attachment&);
std::unique_ptr<Attached<float>> attach(Cuda&, const Attachment&);

}  // namespace sophia
