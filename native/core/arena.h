// Arena: memory that is owned once and handed out as views. A plan takes offsets from a Layout first; then one
// allocation serves them all. The tangent twin has the same offsets and exists only where curvature needs it.
#pragma once
#include <cstdint>
#include <utility>
#include "view.h"

namespace sophia {

// Hands out offsets. Every tensor starts at a multiple of 64 bytes (16 floats).
class Layout {
 public:
  std::int64_t take(std::int64_t count) {
    const std::int64_t offset = size_;
    size_ += (count + kAlignment - 1) / kAlignment * kAlignment;
    return offset;
  }
  std::int64_t size() const { return size_; }

 private:
  static constexpr std::int64_t kAlignment = 16;
  std::int64_t size_ = 0;
};

// `size` numbers of type T on a backend, zero at first. Move-only.
template <class On, class T>
class Arena {
 public:
  Arena() = default;
  Arena(On& on, std::int64_t size) : on_(&on), size_(size), value_(allocate()) {}
  ~Arena() { release(); }
  Arena(Arena&& other) noexcept { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    swap(other);
    return *this;
  }

  std::int64_t size() const { return size_; }
  T* data() const { return value_; }
  void make_twin() {
    if (!tangent_) tangent_ = allocate();
  }
  void drop_twin() {
    if (tangent_) on_->free(std::exchange(tangent_, nullptr));
  }
  std::int64_t bytes() const {
    return ((value_ ? 1 : 0) + (tangent_ ? 1 : 0)) * size_ * static_cast<std::int64_t>(sizeof(T));
  }

  // The tensor at `offset`, as S sees it: Dual needs the twin.
  template <class S>
  View<S> view(std::int64_t offset) const {
    if constexpr (std::is_same_v<S, T>) return {value_ + offset};
    else return {value_ + offset, tangent_ + offset};
  }

 private:
  T* allocate() { return static_cast<T*>(on_->allocate(static_cast<std::size_t>(size_) * sizeof(T))); }
  void release() {
    if (value_) on_->free(value_);
    if (tangent_) on_->free(tangent_);
  }
  void swap(Arena& other) {
    std::swap(on_, other.on_);
    std::swap(size_, other.size_);
    std::swap(value_, other.value_);
    std::swap(tangent_, other.tangent_);
  }

  On* on_ = nullptr;
  std::int64_t size_ = 0;
  T* value_ = nullptr;
  T* tangent_ = nullptr;
};

}  // namespace sophia
