// The orthogonal factor on the GPU: a block per matrix, a column or a number of one per thread; and the products' own
// schedule.
#include "qr.h"
#include "../cuda/team.h"

namespace sophia {

namespace qr {

using Team = Block<1, 8>;  // matrices of a few hundred columns are usual

template <class T>
__global__ void qr_scale_kernel(Qr<T> a) {
  scale(Team{}, a, blockIdx.x);
}
template <class T>
__global__ void qr_factor_kernel(Panel<T> a) {
  factor(Team{}, a, blockIdx.x);
}
template <class T>
__global__ void qr_join_kernel(Panel<T> a) {
  join(Warp<1>{}, a, blockIdx.x);
}
template <class T>
__global__ void qr_identity_kernel(Qr<T> a) {
  const auto to = a.matrices + blockIdx.x * a.size * a.size;
  Team{}.each(a.size, [&](auto j) { sophia::set_identity(a.size, to, a.size, j); });
}

template <class T>
void scale(Cuda& on, const Qr<T>& a) {
  on.launch("qr_scale", {blocks_for(a.batch, 1), Team::threads()}, qr_scale_kernel<T>, a);
}
template <class T>
void factor(Cuda& on, const Panel<T>& a) {
  on.launch("qr_factor", {blocks_for(a.batch, 1), Team::threads()}, qr_factor_kernel<T>, a);
}
template <class T>
void join(Cuda& on, const Panel<T>& a) {
  on.launch("qr_join", {blocks_for(a.batch, 1), Warp<1>::kLanes}, qr_join_kernel<T>, a);
}
template <class T>
void set_identity(Cuda& on, const Qr<T>& a) {
  on.launch("qr_identity", {blocks_for(a.batch, 1), Team::threads()}, qr_identity_kernel<T>, a);
}

}  // namespace qr

// In floats, whatever else is allowed: Q is orthogonal to as many digits as its products have.
template <class T>
void orthogonalize(Cuda& on, const Qr<T>& a) {
  const bool tf32 = on.tf32();
  on.allow_tf32(false);
  qr::in_panels(on, a);
  on.allow_tf32(tf32);
}

template void orthogonalize(Cuda&, const Qr<float>&);

}  // namespace sophia
