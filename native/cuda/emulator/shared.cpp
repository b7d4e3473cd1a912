// The exact bounds of every `__shared__` variable come from the symbol table of the running program.
#include "shared.h"
#include <cxxabi.h>
#include <elf.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>
#include "emulator.h"
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes) (void)0
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) (void)0
#endif

// A thread-local variable of known name and place, to find the TLS segment by.
extern "C" {
thread_local char sophia_emulator_tls_anchor[16] = {1};
}

namespace sophia::emulator {
namespace {

alignas(1024) char dynamic[kMaxSharedBytes];

template <class T>
T& at(std::vector<char>& file, size_t offset) {
  return *reinterpret_cast<T*>(file.data() + offset);
}

struct Symbol {
  std::string name;
  size_t offset, size;  // in the TLS segment
};

std::vector<Symbol> thread_local_symbols() {
  std::ifstream program("/proc/self/exe", std::ios::binary);
  std::vector<char> file(std::istreambuf_iterator<char>(program), {});
  std::vector<Symbol> found;
  const auto& header = at<Elf64_Ehdr>(file, 0);
  const auto section = [&](unsigned i) -> Elf64_Shdr& {
    return at<Elf64_Shdr>(file, header.e_shoff + i * sizeof(Elf64_Shdr));
  };
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    if (section(i).sh_type != SHT_SYMTAB) continue;
    const char* const names = &at<char>(file, section(section(i).sh_link).sh_offset);
    for (size_t offset = 0; offset < section(i).sh_size; offset += sizeof(Elf64_Sym)) {
      const auto& symbol = at<Elf64_Sym>(file, section(i).sh_offset + offset);
      if (ELF64_ST_TYPE(symbol.st_info) == STT_TLS && symbol.st_size != 0)
        found.push_back({names + symbol.st_name, symbol.st_value, symbol.st_size});
    }
  }
  return found;
}

// As the source has it, where it is a C++ name.
std::string demangled(const std::string& name) {
  int status = 0;
  char* const text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  const std::string readable = status == 0 ? text : name;
  std::free(text);
  return readable;
}

struct Layout {
  std::map<const char*, SharedVariable> variables;  // by their first byte
  std::vector<std::vector<Cell>> cells;
  const char *low = nullptr, *high = nullptr;  // of the TLS segment

  Layout() {
    add("dynamic shared memory", dynamic, 0, sizeof dynamic);
    if (!checking()) return;
    const std::vector<Symbol> symbols = thread_local_symbols();
    const auto anchor = std::find_if(symbols.begin(), symbols.end(),
                                     [](const Symbol& s) { return s.name == "sophia_emulator_tls_anchor"; });
    if (anchor == symbols.end()) return;  // a stripped program: bounds are lost, nothing else
    low = sophia_emulator_tls_anchor - anchor->offset;
    high = low;
    for (const Symbol& symbol : symbols) {
      add(demangled(symbol.name), low + symbol.offset, symbol.size, symbol.size);
      high = std::max(high, low + symbol.offset + symbol.size);
    }
    high += 64;  // so that overrunning the last variable is overrunning shared memory
  }

  void add(const std::string& name, const char* begin, size_t size, size_t most) {
    cells.emplace_back(checking() ? most / 4 + 2 : 0);
    variables[begin] = {name, begin, size, cells.back().data()};
  }
};

Layout& layout() {
  static Layout* only = nullptr;
  static const char* place = nullptr;  // the variables of another thread lie elsewhere: a child process has a new one
  if (place != sophia_emulator_tls_anchor) {
    delete only;
    only = new Layout;
    place = sophia_emulator_tls_anchor;
  }
  return *only;
}

}  // namespace

void* dynamic_shared_memory() { return dynamic; }

void set_dynamic_shared(size_t bytes) {
  ASAN_UNPOISON_MEMORY_REGION(dynamic, bytes);
  ASAN_POISON_MEMORY_REGION(dynamic + bytes, kMaxSharedBytes - bytes);
  layout().variables.at(dynamic).size = bytes;
}

bool in_shared_memory(const void* address) {
  const char* const p = static_cast<const char*>(address);
  return (p >= layout().low && p < layout().high) || (p >= dynamic && p < dynamic + kMaxSharedBytes);
}

const SharedVariable& find_shared(const void* address) {
  const auto above = layout().variables.upper_bound(static_cast<const char*>(address));
  return above == layout().variables.begin() ? above->second : std::prev(above)->second;
}

}  // namespace sophia::emulator
