// A layer of native/layers called on tensors, for models that are not GPT-2.
//
//   layer           both verbs read            forward alone       written by forward,   backward alone
//                                                                  read by backward
//   embedding       tokens                     wte, wpe?, y        -                     dy, dwte, dwpe?
//   layernorm       x, gain, bias?             y                   mean, rstd            dy, dx, dgain, dbias?
//   linear          x, weight, bias?           y                   -                     dy, dx?, dweight?, dbias?
//   attention       qkv                        -                   y, lse                dy, dqkv
//   gelu            x                          y                   -                     dy, dx
//   residual        -                          x, branch, y        -                     dy, dbranch
//   crossentropy    logits, targets            losses              peak, lse             dlosses, dlogits
//
// Shapes, and what is added to instead of written, stand in the headers of the layers; `?` may be absent. Tensors are
// float32; those of a layer's Act and Par may be bf16. Where any has a tangent, the layer is computed at Dual:
// whoever asks gives what is written a tangent too, and what is read and has none is a constant.
#pragma once
#include <map>
#include <string>
#include "memory.h"

namespace sophia {

struct LayerTensor {
  Tensor value, tangent;  // the tangent, of the same type and size, or none
};

struct LayerCall {
  std::string layer;
  bool backward = false;
  std::map<std::string, LayerTensor> tensors;  // by name, those of the verb and no other
  std::map<std::string, double> numbers;       // sizes, and what else the layer's struct has
};

}  // namespace sophia
