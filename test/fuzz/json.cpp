// Json: any bytes are either refused with kFormat or give a value that survives being written and read again.
#include "../../native/core/json.h"
#include "../../native/core/error.h"
#include "driver.h"

namespace {

using namespace sophia;

void property(std::string_view input) {
  std::string once;
  try {
    once = Json::parse(input).dump();
  } catch (const Error& error) {
    return fuzz::check(error.code == Code::kFormat, "Json refuses with kFormat");
  }
  fuzz::check(Json::parse(once).dump() == once, "Json written and read again is the same");
}

}  // namespace

int main(int count, char** arguments) {
  const fuzz::Target target{"json",
                            property,
                            {"{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d\\ude00", "null", "true", "false",
                             "-0", "1e", "0.1", "1e308", "5e-324", "\xE2\x82\xAC"}};
  return fuzz::run(target, count, arguments);
}
