// Handles: what C holds of an object is a number in the guise of a pointer. It is looked up here and never followed, so
// that a wrong one, or one of an object that was destroyed, is an error and not a crash; no number is used twice.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include "../device/device.h"
#include "../include/sophia.h"

namespace sophia::capi {

// Said by the setters of C, one after the other.
struct Plan {
  std::mutex mutex;
  OptimizerPlan plan;
};

// An event with the device whose work it is a point of.
struct Recorded {
  std::shared_ptr<Device> device;
  std::shared_ptr<Event> event;
};

// The state, freed before the device.
struct OptimizerObject {
  std::shared_ptr<Device> device;
  std::shared_ptr<OptimizerState> state;
};

// The object behind each of C's types, and what errors call it.
template <class Handle> struct Behind;
template <> struct Behind<sophia_device> {
  using Object = Device;
  static constexpr const char* kNoun = "a device";
};
template <> struct Behind<sophia_buffer> {
  using Object = const Tensor;
  static constexpr const char* kNoun = "a buffer";
};
template <> struct Behind<sophia_event> {
  using Object = const Recorded;
  static constexpr const char* kNoun = "an event";
};
template <> struct Behind<sophia_plan> {
  using Object = Plan;
  static constexpr const char* kNoun = "a plan";
};
template <> struct Behind<sophia_optimizer> {
  using Object = const OptimizerObject;
  static constexpr const char* kNoun = "an optimizer";
};
template <class Handle> using Object = typename Behind<Handle>::Object;

class Handles {
 public:
  // Never destroyed: threads may still call while the process ends.
  static Handles& all() {
    static Handles& handles = *new Handles;
    return handles;
  }

  template <class Handle>
  Handle* add(std::shared_ptr<Object<Handle>> object) {
    std::lock_guard lock(mutex_);
    objects_.emplace(last_ + 1, std::move(object));
    return reinterpret_cast<Handle*>(++last_);
  }

  // The object, which its caller keeps alive although another thread may destroy the handle meanwhile.
  template <class Handle>
  std::shared_ptr<Object<Handle>> get(const Handle* handle, const char* argument) {
    std::lock_guard lock(mutex_);
    return std::get<std::shared_ptr<Object<Handle>>>(find(handle, argument)->second);
  }

  template <class Handle>
  void remove(const Handle* handle, const char* argument) {
    Map::node_type last;  // freed outside of the lock
    std::lock_guard lock(mutex_);
    last = objects_.extract(find(handle, argument));
  }

 private:
  using Any = std::variant<std::shared_ptr<Device>, std::shared_ptr<const Tensor>, std::shared_ptr<const Recorded>,
                           std::shared_ptr<Plan>, std::shared_ptr<const OptimizerObject>>;
  using Map = std::map<std::uintptr_t, Any>;

  template <class Handle>
  Map::iterator find(const Handle* handle, const char* argument) {
    const auto number = reinterpret_cast<std::uintptr_t>(handle);
    const char* const noun = Behind<Handle>::kNoun;
    require(number != 0, "Expected `", argument, "` to be ", noun, ", got NULL");
    require(number <= last_, "Expected `", argument, "` to be ", noun, ", got no handle of this library");
    const auto found = objects_.find(number);
    if (found == objects_.end())
      fail(Code::kDisposed, text("Expected `", argument, "` to be ", noun, ", but it was destroyed"));
    require(std::holds_alternative<std::shared_ptr<Object<Handle>>>(found->second), "Expected `", argument, "` to be ",
            noun, ", got a handle of another kind");
    return found;
  }

  std::mutex mutex_;
  Map objects_;
  std::uintptr_t last_ = 0;
};

template <class Handle>
std::shared_ptr<Object<Handle>> get(const Handle* handle, const char* argument) {
  return Handles::all().get(handle, argument);
}

}  // namespace sophia::capi
