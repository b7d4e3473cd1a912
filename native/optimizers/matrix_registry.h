// The matrix optimizers, once, and the passes of each.
#pragma once
#include "kron_tiles.h"
#include "muon.h"
#include "soap_tiles.h"

#define SOPHIA_MATRIX_OPTIMIZERS(X) X(Muon) X(Soap) X(Kron)

#define SOPHIA_MATRIX_PASSES(X)  \
  X(Muon, Muon::Collect)         \
  X(Muon, matrixwise::Apply)     \
  X(Soap, Soap::Begin)           \
  X(Soap, Soap::Collect)         \
  X(Soap, Soap::Adapt)           \
  X(Soap, Soap::TakeVariance)    \
  X(Soap, Soap::PutVariance)     \
  X(Soap, matrixwise::Apply)     \
  X(Kron, Kron::SquareGradient)  \
  X(Kron, Kron::Collect)         \
  X(Kron, Kron::Magnitude)       \
  X(Kron, Kron::DrawNoise)       \
  X(Kron, Kron::Damp)            \
  X(Kron, Kron::SquareDirection) \
  X(Kron, Kron::Limit)           \
  X(Kron, matrixwise::Apply)
