// A direction over all parameters: Hutchinson's probes, each tensor from a stream of its own.
#pragma once
#include "../core/view.h"
#include "run.h"

namespace sophia {

template <class On, class T>
void draw_direction(On& on, const Parameters& parameters, View<T> direction, const Randomness& random,
                    const ProbeChoice& probe) {
  Draw stream{random.seed, random.step, Purpose::kProbe, random.micro * probe.of + probe.number, 0};
  for (const auto& p : parameters.table) {
    draw(on,
         Probe<T>{
             .direction = direction + p.offset, .count = p.count, .distribution = probe.distribution, .draw = stream});
    ++stream.site;
  }
}

}  // namespace sophia
