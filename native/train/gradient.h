// A sum over passes of a number for every parameter: the gradient, or a product with the curvature's matrix.
//
// Matrices are nearly all of it. The first pass writes them with =, so that neither zeroing nor reading what was zeroed
// takes the memory's time; the rest is zeroed just before it. Who reads a sum that no pass has reached finds zeros, and
// where a pass is given up the next one begins anew.
#pragma once
#include <utility>
#include <vector>
#include "../core/arena.h"
#include "../model/parameters.h"

namespace sophia {

template <class On>
class Gradient {
 public:
  using T = typename On::Real;

  Gradient(On& on, const Parameters& parameters) : on_(&on), size_(parameters.size) {
    std::int64_t end = 0;
    for (const auto& p : parameters.table) {
      if (!p.written) continue;
      if (p.offset > end) rest_.emplace_back(end, p.offset - end);
      end = p.offset + p.count;
    }
    if (size_ > end) rest_.emplace_back(end, size_ - end);
  }

  // The numbers; they are allocated when they are first wanted.
  View<T> view() {
    const View<T> all = memory();
    if (std::exchange(empty_, false)) on_->zero(all.value, size_);
    return all;
  }
  // Begins another sum.
  void clear() { empty_ = true; }
  // Where a pass leaves its own, and whether its matrices are added to what is there.
  struct Place {
    View<T> to;
    bool add;
  };
  Place next() {
    const View<T> all = memory();
    if (empty_)
      for (const auto& [offset, count] : rest_) on_->zero(all.value + offset, count);
    return {all, !empty_};
  }
  // A pass has left all of its own.
  void reached() { empty_ = false; }

  void release() {
    arena_ = {};
    empty_ = false;  // new memory is zero
  }
  std::int64_t bytes() const { return arena_.bytes(); }

 private:
  View<T> memory() {
    if (!arena_.data()) arena_ = Arena<On, T>(*on_, size_);
    return arena_.template view<T>(0);
  }

  On* on_;
  std::int64_t size_;
  std::vector<std::pair<std::int64_t, std::int64_t>> rest_;  // offset and count
  Arena<On, T> arena_;
  bool empty_ = false;
};

}  // namespace sophia
