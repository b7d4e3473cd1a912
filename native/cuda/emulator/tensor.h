// The twins of the instructions in cuda/tensor.h. Sums are taken in double and rounded once: a GPU's differ in the last
// bits, and are held to a tolerance.
#pragma once
#include "words.h"

namespace sophia::emulator {

float round_to_tf32(float x);
// Numbers lose the bits that TF32 does not have, as they do on a GPU.
void multiply_add_tf32(const unsigned (&a)[4], const unsigned* b, float (&c)[4]);
void multiply_add_bf16(const unsigned (&a)[4], const unsigned* b, float (&c)[4]);

// What load_matrices does of the rows that the lanes have read: the reading itself is the kernel's, and is checked.
void exchange_rows(const uint4& row, bool transposed, unsigned (&to)[4]);

}  // namespace sophia::emulator
