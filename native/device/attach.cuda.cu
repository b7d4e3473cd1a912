#include "attach.h"
#include "../cuda/cuda.h"
#include "attached_rules.h"

namespace sophia {

std::unique_ptr<Attached<float>> attach(Cuda& on, const Attachment& to) { return attach_rules(on, to); }

}  // namespace sophia
