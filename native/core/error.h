// Failure: every error of the native code is an Error with a Code, and the code is what JavaScript sees.
//
//   require(width % heads == 0, "width must be a multiple of heads, got ", width, " and ", heads);
//
// A message says what was expected and what came. Constructors establish invariants, destructors never throw.
#pragma once
#include <sstream>
#include <stdexcept>
#include <string>

namespace sophia {

enum class Code { kInvalidArgument, kOutOfMemory, kDevice, kIo, kFormat, kDiverged, kDisposed, kBusy };

// Every code in order, for the table that the boundary test compares with lib/errors.ts.
inline constexpr Code kCodes[] = {Code::kInvalidArgument, Code::kOutOfMemory, Code::kDevice,   Code::kIo,
                                  Code::kFormat,          Code::kDiverged,    Code::kDisposed, Code::kBusy};

// The name that JavaScript sees, such as "ERR_SOPHIA_FORMAT".
const char* name(Code code);

class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message) : std::runtime_error(message), code(code) {}
  const Code code;
};

[[noreturn]] void fail(Code code, const std::string& message);

// Thrown through a pass that nobody waits for any more. What the pass was writing is unfinished.
struct Cancelled {};

// The parts, streamed one after the other into a string.
template <class... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

// Fails with kInvalidArgument unless the condition holds; the message is built only then.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    fail(Code::kInvalidArgument, text(parts...));
}

}  // namespace sophia
