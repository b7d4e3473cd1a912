// From a code address to the source line, by asking addr2line (binutils, which g++ needs anyway).
#include <dlfcn.h>
#include <link.h>
#include <cstdio>
#include <memory>
#include "report.h"

namespace sophia::emulator {
namespace {

// "kernels.cu:12 (discriminator 3)" becomes "kernels.cu:12"; the emulator's own headers are no news.
std::string worth_saying(const std::string& line) {
  const std::string place = line.substr(0, line.find_first_of(" \n"));
  for (const char* own : {"runtime_api.h", "warp.h", "intrinsics.h", "?"})
    if (place.rfind(own, 0) == 0) return "";
  return place;
}

}  // namespace

std::string source_of(const void* code) {
  Dl_info symbol;
  link_map* module = nullptr;
  if (!dladdr1(code, &symbol, reinterpret_cast<void**>(&module), RTLD_DL_LINKMAP)) return "?";
  const char* const file = *module->l_name ? module->l_name : "/proc/self/exe";
  // A return address lies behind the call, maybe on the next line already: look one byte before it.
  const unsigned long offset = reinterpret_cast<uintptr_t>(code) - 1 - module->l_addr;
  // The shell replaces itself, so that /proc/$PPID is this program.
  const std::string path = *module->l_name ? describe("'%.400s'", file) : "/proc/$PPID/exe";
  const std::string ask = "addr2line -i -s -e " + path + describe(" %#lx 2>/dev/null", offset);

  std::string places;
  char line[512];
  const std::unique_ptr<FILE, int (*)(FILE*)> answer(popen(ask.c_str(), "r"), pclose);
  while (answer && std::fgets(line, sizeof line, answer.get())) {
    const std::string place = worth_saying(line);
    if (!place.empty()) places += (places.empty() ? "" : " <- ") + place;
  }
  return places.empty() ? "?" : places;
}

}  // namespace sophia::emulator
