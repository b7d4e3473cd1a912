// The rules of an optimizer, and which of them moves each tensor of a model.
#pragma once
#include "../train/run.h"
#include "convert.h"

namespace sophia::addon {

// The numbers of an optimizer, as trainers and queries have them.
template <class To>
void read_optimizer(const Napi::Object& object, To& to) {
  to.hyper = Convert<std::map<std::string, double>>::from_js(object.Get("hyper"), "hyper");
  to.others = read_all(object.Get("others"), "others", [](const Napi::Object& rule) {
    SideRule side;
    side.optimizer = Convert<std::string>::from_js(rule.Get("optimizer"), "optimizer");
    side.hyper = Convert<std::map<std::string, double>>::from_js(rule.Get("hyper"), "hyper");
    side.rate = Convert<double>::from_js(rule.Get("rate"), "rate");
    side.weight_decay = Convert<double>::from_js(rule.Get("weightDecay"), "weightDecay");
    return side;
  });
  to.routes = read_all(object.Get("routes"), "routes", [](const Napi::Object& route) {
    return Route{.rule = Convert<std::int32_t>::from_js(route.Get("rule"), "rule"),
                 .parts = Convert<std::int64_t>::from_js(route.Get("parts"), "parts"),
                 .block = Convert<std::int64_t>::from_js(route.Get("block"), "block"),
                 .widths = to_longs(Convert<std::vector<std::int32_t>>::from_js(route.Get("widths"), "widths"))};
  });
}

}  // namespace sophia::addon
