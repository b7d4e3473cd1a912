#include "graph.h"
#include <algorithm>
#include <numeric>
#include "device_thread.h"
#include "report.h"

namespace sophia::emulator {
namespace {

// As they were recorded; or, when streams are lazy, in any order that the graph allows.
Nodes some_order(const CUgraph_st& graph) {
  Nodes order, waiting(graph.nodes.size());
  std::iota(waiting.begin(), waiting.end(), size_t{0});
  if (!streams_are_lazy()) return waiting;
  std::vector<bool> ran(waiting.size());
  while (!waiting.empty()) {
    for (size_t i = random_number() % waiting.size();; i = (i + 1) % waiting.size()) {
      const Nodes& before = graph.nodes[waiting[i]].after;
      if (!std::all_of(before.begin(), before.end(), [&](size_t n) { return ran[n]; })) continue;
      order.push_back(waiting[i]);
      ran[waiting[i]] = true;
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  }
  return order;
}

}  // namespace

// What launches share: a graph may be destroyed while they are queued.
struct Replays {
  CUgraph_st graph;
  uint64_t launched = 0, reached = 0;
};

}  // namespace sophia::emulator

struct CUgraphExec_st {
  std::shared_ptr<sophia::emulator::Replays> replays;
};

using namespace sophia::emulator;

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
  if (graph == nullptr) return fail(cudaErrorInvalidValue);
  *exec = new CUgraphExec_st{std::make_shared<Replays>(*graph)};
  return cudaSuccess;
}

// A launch also comes behind the launches of the same graph in other streams.
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  if (exec == nullptr) return fail(cudaErrorInvalidValue);
  const Api api;
  const auto replays = exec->replays;
  const uint64_t number = replays->launched;
  Operation launch{[replays, order = some_order(replays->graph)] {
    for (const size_t node : order) replays->graph.nodes[node].work();
  }};
  std::vector<Work> recordings;
  for (const CUgraphNode_st& node : replays->graph.nodes)
    if (node.event != nullptr) recordings.push_back(next_recording(*node.event));
  launch.ready = [replays, number] { return replays->reached == number; };
  launch.chosen = [replays, recordings] {
    ++replays->reached;
    for (const Work& recording : recordings) recording();
  };
  ++replays->launched;
  return enqueue(stream, std::move(launch));
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  if (exec == nullptr) return fail(cudaErrorInvalidValue);
  delete exec;
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  if (graph == nullptr) return fail(cudaErrorInvalidValue);
  delete graph;
  return cudaSuccess;
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
  if (graph == nullptr || count == nullptr) return fail(cudaErrorInvalidValue);
  const size_t room = nodes == nullptr ? graph->nodes.size() : *count;
  *count = std::min(room, graph->nodes.size());
  for (size_t i = 0; nodes != nullptr && i < room; ++i) nodes[i] = i < *count ? &graph->nodes[i] : nullptr;
  return cudaSuccess;
}
