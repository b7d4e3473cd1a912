// The matrix optimizers, once, and their passes.
#pragma once
#include "muon.h"

#define SOPHIA_MATRIX_OPTIMIZERS(X) X(Muon)

#define SOPHIA_MATRIX_PASSES(X) X(Muon, Muon::Collect) X(Muon, matrixwise::Apply)
