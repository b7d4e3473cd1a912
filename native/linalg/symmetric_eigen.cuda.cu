// The eigenvectors on the GPU: a block per matrix, a column per thread.
#include "symmetric_eigen.h"
#include "../cuda/team.h"

namespace sophia {

namespace {

using EigenTeam = Block<1, 8>;  // matrices of a few hundred columns are usual

}  // namespace

template <class T>
__global__ void symmetric_eigen_kernel(SymmetricEigen<T> a) {
  eigen::solve(EigenTeam{}, a, blockIdx.x);
}

template <class T>
void symmetric_eigen(Cuda& on, const SymmetricEigen<T>& a) {
  on.launch("symmetric_eigen", {blocks_for(a.batch, 1), EigenTeam::threads()}, symmetric_eigen_kernel<T>, a);
}

template void symmetric_eigen(Cuda&, const SymmetricEigen<float>&);

}  // namespace sophia
