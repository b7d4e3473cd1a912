// The twins of the instructions in cuda/tensor.h. Sums are taken in double and rounded once: a GPU's differ in the last
// bits, and are held to a tolerance.
#pragma once

namespace sophia::emulator {

float round_to_tf32(float x);
// Numbers lose the bits that TF32 does not have, as they do on a GPU.
void multiply_add_tf32(const float (&a)[4], const float (&b)[2], float (&c)[4]);

}  // namespace sophia::emulator
