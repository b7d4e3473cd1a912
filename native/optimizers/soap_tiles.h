// SOAP's verbs on the tiles of one class, and the step that is made of them: see soap.h.
#pragma once
#include "soap.h"

namespace sophia {

// The tiles of one class: what is done to their matrices.
template <class On>
class SoapTiles {
 public:
  using T = typename On::Real;
  SoapTiles(On& on, const Room<On, Soap>& room, std::size_t number)
      : on_(on), room_(room), number_(number), c_(room.round.classes[number]), finite_(&room.sheet.now->finite) {}

  // to ← Qₗᵀ from Qᵣ, or back:  Qₗ from Qᵣᵀ.
  void rotate(Soap::Work from, Soap::Work to, bool back) {
    const View<T> x = copy(from), y = copy(to), between = side(0) && side(1) ? rest() : y;
    const std::int64_t numbers = c_.count * c_.rows * c_.columns;
    if (side(0)) matmul(on_, batched({c_.rows, c_.columns, c_.rows, !back, false}, c_.count), basis(0), x, between);
    const View<T> left = side(0) ? between : x;
    if (side(1)) matmul(on_, batched({c_.rows, c_.columns, c_.columns, false, back}, c_.count), left, basis(1), y);
    if (!side(0) && !side(1)) on_.copy(y.value, x.value, numbers);
  }

  // L ← βₛ L + (1 − βₛ) g gᵀ, and R.
  void observe() {
    const MovingAverage<T> average(room_.hyper.shampoo_beta);
    const View<T> g = copy(Soap::kGradient), gram = rest();
    for (const int s : {0, 1}) {
      const std::int64_t n = side(s), depth = s == 0 ? c_.columns : c_.rows;
      if (n == 0) continue;
      matmul(on_, batched({n, n, depth, s == 1, s == 0}, c_.count), g, g, gram);
      blend(on_, Blend<T>{c_.count * n * n, gram, moment(s), average.keep, average.take, finite_});
    }
  }

  // The eigenvectors of L and R.
  void begin_bases() {
    for (const int s : {0, 1}) {
      const std::int64_t n = side(s), square = c_.count * n * n;
      if (n == 0) continue;
      const View<T> vectors = rest();
      symmetric_eigen(on_, SymmetricEigen<T>{c_.count, n, moment(s), vectors, vectors + square});
      set_basis(s, vectors);
    }
  }

  // One step of the power iteration, in the order of the eigenvalues that the bases find.
  void refresh_bases() {
    View<T> order[2];
    for (const int s : {0, 1}) {
      const std::int64_t n = side(s), square = c_.count * n * n;
      if (n == 0) continue;
      order[s] = room_.scratch + s * c_.count * c_.rows;
      const View<T> products = rest(), sorted = rest() + square;
      matmul(on_, batched({n, n, n}, c_.count), moment(s), basis(s), products);
      spectral_order(on_, SpectralOrder<T>{c_.count, n, basis(s), products, order[s], sorted});
      orthogonalize(on_, Qr<T>{c_.count, n, sorted, sorted + square});
      set_basis(s, sorted);
    }
    permute(on_, Permutation<T>{c_.count, c_.rows, c_.columns, order[0], order[1], copy(Soap::kRotated),
                                copy(Soap::kRotatedMomentum)});
  }

 private:
  std::int64_t side(int s) const { return Soap::side(room_.hyper, c_.rows, c_.columns, s); }
  View<T> copy(Soap::Work work) const { return room_.sheet.work[work] + c_.work; }
  View<T> moment(int s) const { return room_.slot(number_, Soap::kNumberSlots + 2 * s); }
  View<T> basis(int s) const { return room_.slot(number_, Soap::kNumberSlots + 2 * s + 1); }
  View<T> rest() const { return room_.scratch + c_.count * (c_.rows + c_.columns); }  // behind the orders
  void set_basis(int s, View<T> from) {
    blend(on_, Blend<T>{c_.count * side(s) * side(s), from, basis(s), T(0), T(1), finite_});
  }

  On& on_;
  const Room<On, Soap>& room_;
  std::size_t number_;
  const TileClass& c_;
  const bool* finite_;
};

template <class On>
void Soap::move(On& on, const Room<On, Soap>& room) {
  const auto each = [&](auto f) {
    for (std::size_t c = 0; c < room.round.classes.size(); ++c) f(SoapTiles<On>(on, room, c));
  };
  if (room.step.number == 1) {
    pass<Begin>(on, room.sheet);
    each([](auto tiles) {
      tiles.observe();
      tiles.begin_bases();
    });
    return;
  }
  pass<Collect>(on, room.sheet);
  each([](auto tiles) {
    tiles.rotate(kGradient, kRotated, false);
    tiles.rotate(kDirection, kRotatedMomentum, false);
  });
  pass<Adapt>(on, room.sheet);
  each([](auto tiles) { tiles.rotate(kRotatedMomentum, kDirection, true); });
  const bool due = refreshes(room.hyper, room.step), before = room.hyper.basis_before != 0;
  if (due) pass<TakeVariance>(on, room.sheet);
  each([&](auto tiles) {
    if (due && before) tiles.refresh_bases();
    tiles.observe();
    if (due && !before) tiles.refresh_bases();
  });
  if (due) pass<PutVariance>(on, room.sheet);
}

}  // namespace sophia
