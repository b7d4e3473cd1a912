#include "../../../native/core/error.h"
#include <set>
#include "../check.h"

using namespace check;
using namespace sophia;

TEST("Error") {
  std::set<std::string> names;
  for (const Code code : kCodes) names.insert(name(code));
  expect("Error has eight codes, each with its own name", names.size() == 8);
  expect("Error names begin with ERR_SOPHIA_ and none is unknown", [&] {
    for (const std::string& name : names)
      if (name.rfind("ERR_SOPHIA_", 0) != 0 || name == "ERR_SOPHIA_UNKNOWN") return false;
    return true;
  }());
  expect("text concatenates anything streamable", text("got ", 3, " and ", 0.5) == "got 3 and 0.5");
  expect_error("require fails with the parts as the message", Code::kInvalidArgument, "heads is 7",
               [] { require(false, "heads is ", 7); });
  require(true, "never built");
  expect_error("fail carries its code", Code::kDisposed, "gone", [] { fail(Code::kDisposed, "gone"); });
}
