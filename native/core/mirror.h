// Mirror: numbers that host and device both keep, and that cross between them in stream order without waiting, so that
// a captured graph carries them along: it reads anew what stands on the host whenever it is replayed. On the CPU the
// two sides are one.
#pragma once
#include <cstdint>
#include <utility>

namespace sophia {

// `count` numbers of type T on both sides, zero at first. Move-only.
template <class On, class T>
class Mirror {
 public:
  Mirror() = default;
  Mirror(On& on, std::int64_t count) : Mirror() {  // so that one side is freed where there is no room for the other
    on_ = &on;
    count_ = count;
    const auto bytes = static_cast<std::size_t>(count) * sizeof(T);
    device_ = static_cast<T*>(on.allocate(bytes));
    if constexpr (!On::kHostIsDevice) host_ = static_cast<T*>(on.allocate_pinned(bytes));
  }
  ~Mirror() {
    if (device_) on_->free(device_);
    if constexpr (!On::kHostIsDevice)
      if (host_) on_->free_pinned(host_);
  }
  Mirror(Mirror&& other) noexcept { swap(other); }
  Mirror& operator=(Mirror&& other) noexcept {
    swap(other);
    return *this;
  }

  std::int64_t count() const { return count_; }
  T* device() const { return device_; }
  T* host() const { return On::kHostIsDevice ? device_ : host_; }

  // The first `count` numbers. What the host writes before upload() must stay until the device has waited for, and what
  // download() brings may be read only then.
  void upload(std::int64_t count) {
    if constexpr (!On::kHostIsDevice) on_->enqueue_upload(device_, host_, count);
  }
  void download(std::int64_t count) {
    if constexpr (!On::kHostIsDevice) on_->enqueue_download(host_, device_, count);
  }
  void upload() { upload(count_); }
  void download() { download(count_); }

 private:
  void swap(Mirror& other) {
    std::swap(on_, other.on_);
    std::swap(count_, other.count_);
    std::swap(device_, other.device_);
    std::swap(host_, other.host_);
  }

  On* on_ = nullptr;
  std::int64_t count_ = 0;
  T *device_ = nullptr, *host_ = nullptr;
};

}  // namespace sophia
