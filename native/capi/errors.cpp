#include "boundary.h"

namespace sophia::capi {

static_assert(SOPHIA_INVALID_ARGUMENT == status_of(Code::kInvalidArgument));
static_assert(SOPHIA_OUT_OF_MEMORY == status_of(Code::kOutOfMemory));
static_assert(SOPHIA_DEVICE == status_of(Code::kDevice));
static_assert(SOPHIA_IO == status_of(Code::kIo));
static_assert(SOPHIA_FORMAT == status_of(Code::kFormat));
static_assert(SOPHIA_DIVERGED == status_of(Code::kDiverged));
static_assert(SOPHIA_DISPOSED == status_of(Code::kDisposed));
static_assert(SOPHIA_BUSY == status_of(Code::kBusy));

static thread_local char last_error[1024];

void remember(const char* message) noexcept {
  std::strncpy(last_error, message, sizeof last_error - 1);  // what a longer one says last is lost
}

}  // namespace sophia::capi

using namespace sophia;
using namespace sophia::capi;

extern "C" {

const char* sophia_last_error() { return last_error; }

const char* sophia_status_name(sophia_status status) {
  return status == SOPHIA_OK ? "SOPHIA_OK" : name(static_cast<Code>(status - 1));
}

const char* sophia_version() { return SOPHIA_VERSION; }
}
