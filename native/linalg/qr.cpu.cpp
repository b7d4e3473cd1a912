// The orthogonal factor on the CPU: matrices among threads, numbers of a column or columns among SIMD lanes; and the
// products' own schedule.
#include "qr.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

namespace qr {

template <class Isa, class T>
void scale(Cpu<Isa>& on, const Qr<T>& a) {
  on.parallel(a.batch, [&](std::int64_t matrix) { scale(Solo<Isa::kLanes>{}, a, matrix); });
}
template <class Isa, class T>
void factor(Cpu<Isa>& on, const Panel<T>& a) {
  on.parallel(a.batch, [&](std::int64_t matrix) { factor(Solo<Isa::kLanes>{}, a, matrix); });
}
template <class Isa, class T>
void join(Cpu<Isa>& on, const Panel<T>& a) {
  on.parallel(a.batch, [&](std::int64_t matrix) { join(Solo<Isa::kLanes>{}, a, matrix); });
}
template <class Isa, class T>
void set_identity(Cpu<Isa>& on, const Qr<T>& a) {
  on.parallel(a.batch, [&](std::int64_t matrix) {
    const auto to = a.matrices + matrix * a.size * a.size;
    Solo<Isa::kLanes>{}.each(a.size, [&](auto j) { sophia::set_identity(a.size, to, a.size, j); });
  });
}

}  // namespace qr

template <class Isa, class T>
void orthogonalize(Cpu<Isa>& on, const Qr<T>& a) {
  qr::in_panels(on, a);
}

template void orthogonalize(Cpu<Isa>&, const Qr<Real<Isa>>&);

}  // namespace sophia
