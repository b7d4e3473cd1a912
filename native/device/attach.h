// Attaches an optimizer of any number of rules to tensors, on a backend. What that takes, a class for every optimizer,
// is compiled in attach.cpu.cpp and attach.cuda.cu and nowhere else.
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
