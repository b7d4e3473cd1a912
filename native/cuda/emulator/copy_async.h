// The twins of the instructions in cuda/copy_async.h, as unkind as a GPU may be: a copy reads its source and lands at
// the wait and not before, within its group in random order, and from its beginning on `to` holds NaN. Both ends are
// judged at the beginning and where it lands: it may happen at either.
#pragma once

namespace sophia::emulator {

void copy_async(void* to, const void* from, unsigned bytes, unsigned read);  // zeros behind what is read
void commit_copies();
void wait_for_copies(unsigned groups);
void forget_copies();  // of a block that has ended: its shared memory has ended with it

}  // namespace sophia::emulator
