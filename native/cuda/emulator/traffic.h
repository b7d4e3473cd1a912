// How the lanes of a warp together use memory: sectors of global memory, banks of shared memory, and DRAM.
//
// A request is one instruction executed by a warp. Lanes run one after another here, so the k-th time that each
// lane of a warp executes an instruction is taken for the k-th request.
#pragma once
#include "emulator.h"
#include "memory.h"

namespace sophia::emulator {

void count_request(const void* code, Space space, bool write, const void* address, unsigned size);
void count_dram(Allocation& allocation, size_t offset, unsigned size, bool read, bool write);
void settle_requests(unsigned warp);  // all lanes have passed here: complete requests can be counted

void begin_launch_traffic();
void end_block_traffic();
void end_launch_traffic();

}  // namespace sophia::emulator
