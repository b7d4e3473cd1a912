// Sums: scalar products on the device, and their way to the host.
#pragma once
#include "../core/arena.h"
#include "../core/mirror.h"
#include "../linalg/dot.h"

namespace sophia {

// `count` of them at a time.
template <class On>
class Sums {
 public:
  Sums(On& on, std::int64_t count) : on_(&on), sums_(on, count) {}

  // Changes whenever memory that was used before moves.
  std::int64_t layout() const { return layout_; }
  const double* device() const { return sums_.device(); }
  const double* host() const { return sums_.host(); }

  // Number `which` becomes x·y.
  template <class T>
  void enqueue_dot(View<T> x, View<T> y, std::int64_t count, int which) {
    if (partial_.size() < dot_blocks(count)) {
      partial_ = Arena<On, double>(*on_, dot_blocks(count));
      ++layout_;
    }
    sophia::dot(*on_,
                Dot<T>{.x = x, .y = y, .count = count, .partial = partial_.data(), .result = sums_.device() + which});
  }
  void enqueue_download() { sums_.download(); }

  // x·y, waited for.
  template <class T>
  double dot(View<T> x, View<T> y, std::int64_t count) {
    enqueue_dot(x, y, count, 0);
    enqueue_download();
    on_->synchronize();
    return host()[0];
  }

 private:
  On* on_;
  Mirror<On, double> sums_;
  Arena<On, double> partial_;
  std::int64_t layout_ = 0;
};

}  // namespace sophia
