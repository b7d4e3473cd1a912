// The shape of a GPT-2 (Radford et al. 2019): what makes two models interchangeable.
#pragma once
#include <cstdint>
#include "../core/error.h"
#include "../core/field.h"

namespace sophia {

struct Config {
  int layers = 0;
  int heads = 0;
  int width = 0;                // C, the residual stream
  int context = 0;              // the most positions that a sequence may have
  int vocabulary = 0;           // V
  bool bias = true;             // biases in LayerNorm and Linear
  bool scale_by_layer = false;  // attention scores divided by (layer index + 1), as in Mistral and the Sophia fork
  std::string gelu = "tanh";    // GPT-2's form, or the exact "erf"
  double dropout = 0;           // on the embedding, the attention probabilities and both branches
};

inline constexpr Field<Config> kConfigFields[] = {{"layers", &Config::layers},
                                                  {"heads", &Config::heads},
                                                  {"width", &Config::width},
                                                  {"context", &Config::context},
                                                  {"vocabulary", &Config::vocabulary},
                                                  {"bias", &Config::bias},
                                                  {"scaleByLayer", &Config::scale_by_layer},
                                                  {"gelu", &Config::gelu},
                                                  {"dropout", &Config::dropout}};

inline constexpr int kMlpRatio = 4;  // the MLP's hidden width, in residual widths

// More than any machine holds, and few enough that no size overflows on the way to where memory runs out.
inline constexpr double kMostParameters = 0x1p55;
inline constexpr int kMostWidth = 1 << 24;

inline void check(const Config& c) {
  require(c.layers > 0, "Expected `layers` to be positive, got ", c.layers);
  require(c.width > 0, "Expected `width` to be positive, got ", c.width);
  require(c.heads > 0 && c.width % c.heads == 0, "Expected `width` to be a multiple of `heads`, got width ", c.width,
          " and ", c.heads, " heads");
  require(c.context > 0, "Expected `context` to be positive, got ", c.context);
  require(c.vocabulary > 0, "Expected `vocabulary` to be positive, got ", c.vocabulary);
  require(c.gelu == "tanh" || c.gelu == "erf", "Expected `gelu` to be tanh or erf, got ", c.gelu);
  require(c.dropout >= 0 && static_cast<float>(c.dropout) < 1, "Expected `dropout` to be in [0, 1), got ", c.dropout);
  const double C = c.width, rows = static_cast<double>(c.vocabulary) + c.context;
  const double numbers = 12.0 * c.layers * C * C + rows * C;
  require(numbers < kMostParameters && C < kMostWidth, "Expected a model of less than ", kMostParameters,
          " parameters and a width below ", kMostWidth, ", got ", numbers, " and ", c.width);
}

}  // namespace sophia
