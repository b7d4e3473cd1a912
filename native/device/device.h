// Device: a processor that holds tensors and runs the optimizers, the curvature and the layers on them, for callers who
// have a trainer of their own. One virtual interface, chosen once; behind it DeviceOn<On> is compiled for every
// instruction set (device.cpu.cpp) and for CUDA (device.cuda.cu).
//
// A device does one thing at a time, for the one who has a Hold on it: whoever calls takes one first. Its memory may be
// taken and returned by any thread at any time. On CUDA the work is done in the order of one stream.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>
#include "../core/turn.h"
#include "../curvature/hutchinson.h"
#include "layers.h"
#include "optimizer_state.h"

namespace sophia {

// Which device, and how it works.
struct DeviceChoice {
  std::string device;      // "cpu" or "cuda"
  std::string isa = {};    // "": SOPHIA_ISA, or the best
  int threads = 0;         // 0: the default
  int gpu = 0;             // its number, on CUDA
  void* stream = nullptr;  // on CUDA: a stream of the caller's to work on, instead of one of its own
};

// The bytes that tensors and states of optimizers hold, and the most that they held at once.
struct DeviceUse {
  std::int64_t used = 0, peak = 0, limit = 0;
  std::int64_t blocks = 0;
};

// A point in the order of a device's work.
class Event {
 public:
  virtual ~Event() = default;
  virtual bool passed() const = 0;
  virtual void wait() const = 0;  // the host, until it has passed
  virtual double milliseconds_since(const Event& earlier) const = 0;
};

// Labels drawn from the model's softmax: curvature/gnb.h.
struct LabelDraw {
  Tensor logits;        // (rows, vocabulary) floats
  Tensor targets = {};  // (rows) int32, or none: every row gets a label
  Tensor labels;        // (rows) int32, written with =
  std::int64_t rows = 0;
  int vocabulary = 0;
  std::uint64_t seed = 0, step = 0;
  std::int64_t first = 0;  // the number of the first row in its batch
};

struct ProbeDraw {
  Tensor to;  // floats, written with =
  std::string distribution;
  std::uint64_t seed = 0, step = 0;
  std::int64_t number = 0;  // of the tensor, so that the tensors of a model draw different numbers
};

// A refresh of one tensor's Hessian by itself: curvature/hessian.h, without a momentum.
struct HessianRefresh {
  Tensor hessian, estimate;
  Tensor direction = {};  // Hutchinson's u, whose product the estimate then is; or none
  double beta2 = 0, scale = 1;
  bool squared = false;  // the estimate is a gradient at sampled labels
};

class Device : public std::enable_shared_from_this<Device> {
 public:
  virtual ~Device() = default;

  const std::string& name() const { return name_; }  // "cpu", "cuda:0"
  virtual const char* isa() const = 0;               // of the CPU; "cuda"
  virtual int threads() const = 0;
  virtual bool host_is_device() const = 0;
  virtual void* stream() const = 0;  // the cudaStream_t it works on; null on the CPU
  // Whether it can use the memory of the other.
  bool reaches(const Device& other) const { return name_ == other.name_; }

  DeviceUse use() const;
  void* allocate(std::int64_t bytes);
  void free(void* memory, std::int64_t bytes) noexcept;

  // Counts a block of so many bytes that others take, where the limit allows it; and one that they have returned.
  void claim(std::int64_t bytes);
  void disclaim(std::int64_t bytes) noexcept;
  class Claim {
   public:
    Claim(std::shared_ptr<Device> device, std::int64_t bytes) : device_(std::move(device)), bytes_(bytes) {
      device_->claim(bytes_);
    }
    ~Claim() { device_->disclaim(bytes_); }
    Claim(const Claim&) = delete;

   private:
    std::shared_ptr<Device> device_;
    std::int64_t bytes_;
  };

  // Between the host and `tensor`, `bytes` of it; and from tensor to tensor of this device.
  virtual void upload(const Tensor& to, const void* from) = 0;
  virtual void download(const Tensor& from, void* to) = 0;
  virtual void copy(const Tensor& from, const Tensor& to) = 0;
  // Every element becomes the one at `value`.
  virtual void fill(const Tensor& to, const void* value) = 0;
  virtual void synchronize() = 0;
  virtual std::shared_ptr<Event> record() = 0;
  virtual void wait(const Event&) = 0;  // this device's work from here on, for that of another stream

  virtual std::shared_ptr<OptimizerState> attach(const OptimizerPlan&) = 0;
  virtual void sample_labels(const LabelDraw&) = 0;
  virtual void draw_probe(const ProbeDraw&) = 0;
  virtual HessianTotals update_hessian(const HessianRefresh&) = 0;
  virtual void run(const LayerCall&) = 0;

  // Who works on it: core/turn.h.
  void reserve() { turn_.reserve(); }
  void free_reservation() { turn_.free_reservation(); }
  class Hold : public Turn::Hold {
   public:
    explicit Hold(Device& device, Call call = kShort) : Turn::Hold(device.turn_, call) {}
  };

 protected:
  Device(std::string name, std::int64_t limit) : name_(std::move(name)), limit_(limit) {}
  virtual void* take(std::size_t bytes) = 0;
  virtual void give(void* memory) noexcept = 0;

 private:
  std::string name_;
  std::int64_t limit_;
  std::atomic<std::int64_t> used_{0}, peak_{0}, blocks_{0};
  Turn turn_{"device " + name_};
};

// Error{kDevice} where it cannot be used.
std::shared_ptr<Device> make_device(const DeviceChoice&);

}  // namespace sophia
