#include "error.h"

namespace sophia {

const char* name(Code code) {
  switch (code) {
    case Code::kInvalidArgument: return "ERR_SOPHIA_INVALID_ARGUMENT";
    case Code::kOutOfMemory: return "ERR_SOPHIA_OUT_OF_MEMORY";
    case Code::kDevice: return "ERR_SOPHIA_DEVICE";
    case Code::kIo: return "ERR_SOPHIA_IO";
    case Code::kFormat: return "ERR_SOPHIA_FORMAT";
    case Code::kDiverged: return "ERR_SOPHIA_DIVERGED";
    case Code::kDisposed: return "ERR_SOPHIA_DISPOSED";
    case Code::kBusy: return "ERR_SOPHIA_BUSY";
  }
  return "ERR_SOPHIA_UNKNOWN";
}

void fail(Code code, const std::string& message) { throw Error(code, message); }

}  // namespace sophia
