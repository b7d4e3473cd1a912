// The output head: logits = x wteᵀ (the token embedding, tied), then softmax cross-entropy.
//
//   x, dx        (R, C)            dx is written with =
//   wte, dwte    (V, C)            dwte is added to, by the embedding as well, or begun with = where `add` is not set
//   logits       (chunk, stride)   stride ≥ V; the logits of a whole batch never exist at once
//   dlogits      (chunk, stride)   the same memory where Act and Acc are the same type
//   targets      (R)               −1: not counted
//   losses       (R)               nats; 0 where not counted
//   peak, lse    (R)               of the logits: what the loss saves for its gradient
//   dlosses      (R)               the weight of each row's loss
//   labels       (chunk)           drawn from the model, when sampling
#pragma once
#include <algorithm>
#include "../curvature/gnb.h"
#include "../layers/crossentropy.h"
#include "../linalg/matmul.h"

namespace sophia {

template <class S>
struct Head {
  std::int64_t rows, chunk, stride;
  int width, vocabulary;
  View<Act<S>> x, dx;
  View<Par<S>> wte;
  View<Acc<S>> dwte;
  View<Acc<S>> logits, losses, peak, lse, dlosses;
  View<Act<S>> dlogits;
  const std::int32_t* targets = nullptr;
  std::int32_t* labels = nullptr;
  bool add = true;  // dwte +=
};

namespace head {

template <class S>
CrossEntropy<S> chunk_of(const Head<S>& a, std::int64_t begin, std::int64_t rows, const std::int32_t* targets) {
  return {.rows = rows,
          .vocabulary = a.vocabulary,
          .stride = a.stride,
          .logits = a.logits,
          .targets = targets,
          .losses = a.losses + begin,
          .peak = a.peak + begin,
          .lse = a.lse + begin,
          .dlosses = a.dlosses + begin,
          .dlogits = a.dlogits};
}

// logits = x wteᵀ for the rows [begin, begin + rows).
template <class On, class S>
void logits(On& on, const Head<S>& a, std::int64_t begin, std::int64_t rows) {
  matmul(on, {.m = rows, .n = a.vocabulary, .k = a.width, .transpose_b = true, .ldc = a.stride},
         a.x.row(begin, a.width), a.wte, a.logits);
}

// dx = dlogits wte,   dwte += dlogitsᵀ x.
template <class On, class S>
void backward_chunk(On& on, const Head<S>& a, std::int64_t begin, std::int64_t rows) {
  matmul(on, {.m = rows, .n = a.width, .k = a.vocabulary, .lda = a.stride}, a.dlogits, a.wte, a.dx.row(begin, a.width));
  matmul(on,
         {.m = a.vocabulary, .n = a.width, .k = rows, .transpose_a = true, .add = a.add || begin > 0, .lda = a.stride},
         a.dlogits, a.x.row(begin, a.width), a.dwte);
}

template <class S, class F>
void each_chunk(const Head<S>& a, F f) {
  for (std::int64_t begin = 0; begin < a.rows; begin += a.chunk) f(begin, std::min(a.chunk, a.rows - begin));
}

}  // namespace head

// The losses alone.
template <class On, class S>
void forward(On& on, const Head<S>& a) {
  head::each_chunk(a, [&](std::int64_t begin, std::int64_t rows) {
    on.poll();
    head::logits(on, a, begin, rows);
    forward(on, head::chunk_of(a, begin, rows, a.targets + begin));
  });
}

// The losses and their gradients in one pass over the chunks.
template <class On, class S>
void forward_backward(On& on, const Head<S>& a) {
  head::each_chunk(a, [&](std::int64_t begin, std::int64_t rows) {
    on.poll();
    head::logits(on, a, begin, rows);
    const auto loss = head::chunk_of(a, begin, rows, a.targets + begin);
    forward(on, loss);
    backward(on, loss);
    head::backward_chunk(on, a, begin, rows);
  });
}

// The losses and, as plain gradients, the Gauss-Newton product JᵀH u_z of the logits' tangents u_z (Schraudolph 2002,
// https://doi.org/10.1162/08997660260028683): H u_z = w·p∘(u_z − p·u_z), with H the exact Hessian of softmax
// cross-entropy in the logits, is the tangent of dlogits, and takes the place of dlogits in a backward pass without
// tangents. `plain` is the same head at the values alone.
template <class On, class T>
void forward_backward_gauss_newton(On& on, const Head<Dual<T>>& a, Head<T> plain) {
  plain.dlogits = tangent(a.dlogits);
  head::each_chunk(a, [&](std::int64_t begin, std::int64_t rows) {
    on.poll();
    head::logits(on, a, begin, rows);
    const auto loss = head::chunk_of(a, begin, rows, a.targets + begin);
    forward(on, loss);
    backward(on, loss);
    head::backward_chunk(on, plain, begin, rows);
  });
}

// forward_backward at labels drawn from the model's own prediction (Gauss-Newton-Bartlett, Liu et al. 2023, Algorithm
// 2). Positions whose target is −1 are left out, or drawn too when `every_position` is set, as the official code does.
template <class On, class S>
void forward_backward_sampled(On& on, const Head<S>& a, const Stream& draw, bool every_position) {
  head::each_chunk(a, [&](std::int64_t begin, std::int64_t rows) {
    on.poll();
    head::logits(on, a, begin, rows);
    sample(on, SampleLabels<S>{.rows = rows,
                               .vocabulary = a.vocabulary,
                               .stride = a.stride,
                               .logits = a.logits,
                               .draw = draw,
                               .first = begin,
                               .targets = every_position ? nullptr : a.targets + begin,
                               .labels = a.labels});
    const auto loss = head::chunk_of(a, begin, rows, a.labels);
    forward(on, loss);
    backward(on, loss);
    head::backward_chunk(on, a, begin, rows);
  });
}

}  // namespace sophia
