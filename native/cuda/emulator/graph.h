// A graph: work, and what has to come before it.
#pragma once
#include <deque>
#include <memory>
#include "graph_api.h"
#include "stream.h"

struct CUgraphNode_st {
  sophia::emulator::Work work;
  sophia::emulator::Nodes after;
  cudaEvent_t event = nullptr;  // recorded by every launch
};

struct CUgraph_st {
  std::deque<CUgraphNode_st> nodes;  // each behind those it comes after
};
