// __syncthreads: all threads of the block that have not exited.
#pragma once

namespace sophia::emulator {

void begin_barriers();               // of a block
void release_barrier_if_complete();  // a thread has exited, maybe the last that others waited for

}  // namespace sophia::emulator
