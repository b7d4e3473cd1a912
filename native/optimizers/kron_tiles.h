// Kron's verbs on the tiles of one class, and the step that is made of them: see kron.h.
#pragma once
#include "kron.h"

namespace sophia {

// The tiles of one class: what is done to their matrices.
template <class On, class O>
class KronTiles {
 public:
  using T = typename On::Real;
  KronTiles(On& on, const Room<On, O>& room, std::size_t number)
      : on_(on),
        room_(room),
        number_(number),
        c_(room.round.classes[number]),
        numbers_(c_.count * c_.rows * c_.columns),
        finite_(&room.sheet.now->finite) {}

  void begin() {
    for (const int s : {0, 1})
      if (has(s)) run(on_, Identity<T>{c_.count, length(s), diagonal(s), factor(s)});
  }

  // Both factors, by M with damping and V.
  void update() {
    const View<T> a = copy(Kron::kProbe), b = copy(Kron::kDirection);
    multiply(a, a, false);
    divide(copy(Kron::kNoise), b);
    for (const int s : {0, 1}) {
      if (diagonal(s)) update_diagonal(s, a, b);
      else if (has(s)) update_triangle(s, a, b);
    }
  }
  void balance() {
    if (has(0) && has(1)) run(on_, Balance<T>{c_.count, numbers(0), numbers(1), factor(0), factor(1), finite_});
  }

  // The direction: Qₗᵀ Qₗ M Qᵣᵀ Qᵣ.
  void precondition() {
    multiply(copy(Kron::kMomentum), copy(Kron::kDirection), false);
    multiply(copy(Kron::kDirection), copy(Kron::kDirection), true);
  }

 private:
  Kron::Side kind(int s) const { return Kron::side(room_.hyper, c_.rows, c_.columns, s); }
  bool has(int s) const { return kind(s) != Kron::Side::kNone; }
  bool diagonal(int s) const { return kind(s) == Kron::Side::kDiagonal; }
  bool triangle(int s) const { return kind(s) == Kron::Side::kTriangle; }
  std::int64_t length(int s) const { return s == 0 ? c_.rows : c_.columns; }
  std::int64_t numbers(int s) const { return Kron::side_numbers(room_.hyper, c_.rows, c_.columns, s); }
  View<T> copy(Kron::Work work) const { return room_.sheet.work[work] + c_.work; }
  View<T> factor(int s) const { return room_.slot(number_, Kron::kNumberSlots + s); }
  View<T> between() const { return room_.scratch; }
  View<T> rest() const { return room_.scratch + numbers_; }

  void scale(View<T> x, int power) {
    if (!diagonal(0) && !diagonal(1)) return;
    const View<T> none;
    run(on_, Scale<T>{c_.count, c_.rows, c_.columns, diagonal(0) ? factor(0) : none, diagonal(1) ? factor(1) : none, x,
                      x, power});
  }

  // to ← Qₗ from Qᵣᵀ, or with both factors transposed; they may be one.
  void multiply(View<T> from, View<T> to, bool transposed) {
    View<T> x = from;
    if (triangle(0)) {
      matmul(on_, batched({c_.rows, c_.columns, c_.rows, transposed, false}, c_.count), factor(0), x, between());
      x = between();
    }
    if (triangle(1)) {
      if (x.value == to.value) {
        on_.copy(between().value, x.value, numbers_);
        x = between();
      }
      matmul(on_, batched({c_.rows, c_.columns, c_.columns, false, !transposed}, c_.count), x, factor(1), to);
      x = to;
    }
    if (x.value != to.value) on_.copy(to.value, x.value, numbers_);
    scale(to, 1);
  }

  // to ← Qₗ⁻ᵀ from Qᵣ⁻¹; what it comes from is lost.
  void divide(View<T> from, View<T> to) {
    View<T> x = from;
    for (const int s : {0, 1}) {
      if (!triangle(s)) continue;
      const View<T> y = s == 0 && triangle(1) ? between() : to;
      triangular_solve(on_, TriangularSolve<T>{.batch = c_.count,
                                               .rows = c_.rows,
                                               .columns = c_.columns,
                                               .left = s == 0,
                                               .q = factor(s),
                                               .x = x,
                                               .y = y,
                                               .scratch = rest()});
      x = y;
    }
    if (x.value != to.value) on_.copy(to.value, x.value, numbers_);
    scale(to, -1);
  }

  void update_triangle(int s, View<T> a, View<T> b) {
    const std::int64_t n = length(s), depth = length(1 - s), square = c_.count * n * n;
    const Matmul gram = batched({n, n, depth, s == 1, s == 0}, c_.count);
    const View<T> first = rest(), second = first + square, product = second + square;
    matmul(on_, gram, a, a, first);
    matmul(on_, gram, b, b, second);
    run(on_, TriangularStep<T>{c_.count, n, first, second, product + square, static_cast<T>(room_.hyper.rate),
                               static_cast<T>(room_.hyper.tiny)});
    matmul(on_, batched({n, n, n}, c_.count), first, factor(s), product);
    blend(on_, Blend<T>{square, product, factor(s), T(1), T(-1), finite_});
  }
  void update_diagonal(int s, View<T> a, View<T> b) {
    run(on_, DiagonalStep<T>{c_.count, c_.rows, c_.columns, a, b, factor(s), s == 1, static_cast<T>(room_.hyper.rate),
                             static_cast<T>(room_.hyper.tiny), finite_, rest()});
  }

  On& on_;
  const Room<On, O>& room_;
  std::size_t number_;
  const TileClass& c_;
  std::int64_t numbers_;
  const bool* finite_;
};

template <class Noise, class On, class O>
void Kron::move_with(On& on, const Room<On, O>& room) {
  const auto each = [&](auto f) {
    for (std::size_t c = 0; c < room.round.classes.size(); ++c) f(KronTiles<On, O>(on, room, c));
  };
  const auto measure = [&]<class Formula>(Formula) {
    pass<Formula>(on, room.sheet);
    add_sums(on, room.sums);
  };
  const Updates at = updates(room.hyper, room.step.number);
  if (room.step.number == 1) each([](auto tiles) { tiles.begin(); });
  if (room.hyper.normalize != 0) measure(SquareGradient{});
  pass<Collect>(on, room.sheet);
  if (at.now) {
    measure(Magnitude{});
    pass<Noise>(on, room.sheet);
    pass<Damp>(on, room.sheet);
    each([&](auto tiles) {
      if (balances(room.hyper, at)) tiles.balance();
      tiles.update();
    });
  }
  each([](auto tiles) { tiles.precondition(); });
  if (room.hyper.rms_limit == 0) return;
  measure(SquareDirection{});
  pass<Limit>(on, room.sheet);
}

}  // namespace sophia
