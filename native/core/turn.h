// Turn: one call at a time on an object that others may dispose of meanwhile.
//
// A long call runs on a thread of its own. It is booked on the caller's thread before that starts, so that the order of
// the calls decides who is refused and not the order of the threads; its Hold takes the booking over. A second call is
// an Error{kBusy}, and one after end() an Error{kDisposed}.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include "error.h"

namespace sophia {

class Turn {
 public:
  // `noun` is what errors call the object; `release` returns what it holds, once it has ended and nobody has a turn.
  explicit Turn(
      std::string noun, std::function<void()> release = [] {})
      : noun_(std::move(noun)), release_(std::move(release)) {}

  void reserve() {
    std::lock_guard lock(mutex_);
    if (ended_) fail(Code::kDisposed, "The " + noun_ + " was disposed");
    expect_free(held_ || reserved_);
    reserved_ = true;
  }
  void free_reservation() {  // of a call that did not start
    std::lock_guard lock(mutex_);
    reserved_ = false;
  }

  // No further call gets a turn.
  void end() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    if (!held_) release_();
  }

  // f() while nobody releases anything.
  template <class F>
  auto look(F f) {
    std::lock_guard lock(mutex_);
    return f();
  }

  class Hold {
   public:
    enum Call { kLong, kShort };  // a short one runs on the caller's thread and has no booking
    explicit Hold(Turn& turn, Call call = kShort) : turn_(turn) {
      std::lock_guard lock(turn.mutex_);
      turn.expect_free(turn.held_ || (turn.reserved_ && call == kShort));
      turn.reserved_ = false;
      if (turn.ended_) fail(Code::kDisposed, "The " + turn.noun_ + " was disposed");
      turn.held_ = true;
    }
    ~Hold() {
      std::lock_guard lock(turn_.mutex_);
      turn_.held_ = false;
      if (turn_.ended_) turn_.release_();
    }
    Hold(const Hold&) = delete;

   private:
    Turn& turn_;
  };

 private:
  void expect_free(bool taken) const {
    if (taken) fail(Code::kBusy, "The " + noun_ + " is busy with another call");
  }

  std::string noun_;
  std::function<void()> release_;
  std::mutex mutex_;
  bool held_ = false, reserved_ = false, ended_ = false;
};

}  // namespace sophia
