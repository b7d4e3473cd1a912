// GPT-2 (Radford et al. 2019): pre-norm blocks of causal attention and an MLP on a residual stream.
//
//   x ← x + project(attention(qkv(norm1(x))))
//   x ← x + contract(gelu(expand(norm2(x))))
//
// A list of layers: forward runs down it, backward runs up. At Dual the two are the passes of the exact Hessian-vector
// product (Pearlmutter 1994, https://doi.org/10.1162/neco.1994.6.1.147). model/binding.h binds the views.
#pragma once
#include <vector>
#include "../layers/attention.h"
#include "../layers/embedding.h"
#include "../layers/gelu.h"
#include "../layers/layernorm.h"
#include "../layers/linear.h"
#include "../layers/residual.h"
#include "head.h"
#include "plan.h"

namespace sophia {

template <class S>
struct TransformerBlock {
  LayerNorm<S> norm1;
  Linear<S> qkv;
  Attention<S> attention;
  Linear<S> project;
  Residual<S> residual1;
  LayerNorm<S> norm2;
  Linear<S> expand;
  Gelu<S> gelu;
  Linear<S> contract;
  Residual<S> residual2;
};

template <class S>
struct Gpt2 {
  Embedding<S> embedding;
  std::vector<TransformerBlock<S>> blocks;
  LayerNorm<S> norm;
  Head<S> head;
  View<Act<S>> dstream;  // (R, C) the gradient of the residual stream, one buffer for all depths
  Keep keep;             // what the blocks share of their activations, the backward pass makes once more
};

// Everything that a block's backward pass reads.
template <class On, class S>
void activate(On& on, const TransformerBlock<S>& b) {
  forward(on, b.norm1);
  forward(on, b.qkv);
  forward(on, b.attention);
  forward(on, b.project);
  forward(on, b.residual1);
  forward(on, b.norm2);
  forward(on, b.expand);
  forward(on, b.gelu);
}

// What needs no product of matrices.
template <class On, class S>
void activate_cheap(On& on, const TransformerBlock<S>& b) {
  forward(on, b.norm1);
  forward(on, b.norm2);
  forward(on, b.gelu);
}

template <class On, class S>
void forward(On& on, const TransformerBlock<S>& b) {
  activate(on, b);
  forward(on, b.contract);
  forward(on, b.residual2);
}

template <class On, class S>
void backward(On& on, const TransformerBlock<S>& b) {
  backward(on, b.residual2);
  backward(on, b.contract);
  backward(on, b.gelu);
  backward(on, b.expand);
  backward(on, b.norm2);
  backward(on, b.residual1);
  backward(on, b.project);
  backward(on, b.attention);
  backward(on, b.qkv);
  backward(on, b.norm1);
}

// Everything up to the head's input.
template <class On, class S>
void forward(On& on, const Gpt2<S>& model) {
  forward(on, model.embedding);
  for (const auto& block : model.blocks) {
    on.poll();
    forward(on, block);
  }
  forward(on, model.norm);
}

// From the gradient of the head's input, which the head left in norm.dy. Parameter gradients are added to, but those
// of matrices only where the layers' `add` says so. Recomputing the blocks' activations (Chen et al. 2016,
// https://arxiv.org/abs/1604.06174) changes no bit.
template <class On, class S>
void backward(On& on, const Gpt2<S>& model) {
  on.zero(primal(model.dstream).value, model.norm.rows * model.norm.channels);
  if constexpr (kIsDual<S>) on.zero(model.dstream.tangent, model.norm.rows * model.norm.channels);
  backward(on, model.norm);
  for (auto block = model.blocks.rbegin(); block != model.blocks.rend(); ++block) {
    on.poll();
    if (model.keep == Keep::kInputs) activate(on, *block);
    if (model.keep == Keep::kAllButCheap) activate_cheap(on, *block);
    backward(on, *block);
  }
  backward(on, model.embedding);
}

}  // namespace sophia
