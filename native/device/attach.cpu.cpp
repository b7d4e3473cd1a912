#include "attach.h"
#include "../cpu/cpu.h"
#include "attached_rules.h"

namespace sophia {

template <class Isa>
std::unique_ptr<Attached<Real<Isa>>> attach(Cpu<Isa>& on, const Attachment& to) {
  return attach_rules(on, to);
}

template std::unique_ptr<Attached<Real<Isa>>> attach(Cpu<Isa>&, const Attachment&);

}  // namespace sophia
