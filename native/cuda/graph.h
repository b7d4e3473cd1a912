// Owners of what the CUDA runtime records: points in time, and work that is replayed as a whole.
#pragma once
#include <utility>
#include "check.h"

namespace sophia {

// A point in time of a stream's work.
class Mark {
 public:
  Mark() = default;
  ~Mark() {
    if (event_) cudaEventDestroy(event_);
  }
  Mark(Mark&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  // Before its event is first recorded: an event belongs to the device that is current when it is made.
  void make() {
    if (!event_) CUDA_CHECK(cudaEventCreateWithFlags(&event_, cudaEventDefault));
  }
  cudaEvent_t event() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

// A captured graph, and the scratch memory that it was captured with.
class Graph {
 public:
  Graph() = default;
  ~Graph() { drop(); }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  explicit operator bool() const { return graph_ != nullptr; }
  cudaGraphExec_t graph() const { return graph_; }
  void keep(cudaGraphExec_t graph) { graph_ = graph; }

  bool holds_for(const void* scratch) const { return scratch == scratch_; }
  void forget(const void* scratch) {
    drop();
    scratch_ = scratch;
  }

 private:
  void drop() {
    if (graph_) cudaGraphExecDestroy(std::exchange(graph_, nullptr));
  }

  cudaGraphExec_t graph_ = nullptr;
  const void* scratch_ = nullptr;
};

}  // namespace sophia
