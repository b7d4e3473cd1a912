// The golden fixtures of test/golden: references from elsewhere, in float64. Their README.md says what is in which
// file.
//
//   const Safetensors layers = golden::open("layers");
//   expect("LayerNorm: y = golden", golden::error(y, golden::tensor(layers, "layernorm/y")), 1e-5);
//
// They are looked for in $SOPHIA_GOLDEN, or else where the build says they are.
#pragma once
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>
#include "../../native/core/json.h"
#include "../../native/train/safetensors.h"

namespace golden {

inline std::string path(const std::string& file) {
  const char* folder = std::getenv("SOPHIA_GOLDEN");
  return std::string(folder ? folder : SOPHIA_GOLDEN) + "/" + file;
}

// open("layers") reads layers.safetensors.
inline sophia::Safetensors open(const std::string& name) { return sophia::Safetensors(path(name + ".safetensors")); }

// json("manifest") reads manifest.json.
inline sophia::Json json(const std::string& name) {
  const sophia::InputFile file(path(name + ".json"));
  std::string text(file.size(), '\0');
  file.read(0, text.data(), text.size());
  return sophia::Json::parse(text);
}

// The elements of a tensor, row-major, whatever their type.
template <class T = double>
std::vector<T> tensor(const sophia::Safetensors& file, const std::string& name) {
  const sophia::Safetensors::Tensor& found = file.at(name);
  std::vector<T> values(found.count);
  file.read(found, std::span<T>(values));
  return values;
}

// ‖got − want‖ / ‖want‖; ‖got‖ where want is all zeros. Different lengths are infinitely far apart, and NaN stays NaN,
// which no tolerance passes.
template <class Got, class Want>
double error(const Got& got, const Want& want) {
  if (std::size(got) != std::size(want)) return std::numeric_limits<double>::infinity();
  double difference = 0, norm = 0;
  for (size_t i = 0; i < std::size(want); ++i) {
    const double wanted = static_cast<double>(want[i]), apart = static_cast<double>(got[i]) - wanted;
    difference += apart * apart;
    norm += wanted * wanted;
  }
  return std::sqrt(norm > 0 ? difference / norm : difference);
}

}  // namespace golden
