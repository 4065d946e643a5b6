#include "transport/recovery/fec_strength.hpp"

#include <cmath>

#include "transport/recovery/fec_code.hpp"

namespace sotto::transport {
namespace {

/// The chances of 0, 1, 2 ... losses among `count` packets, one after the other.
class LossChances {
 public:
  LossChances(size_t count, double loss)
      : left_(static_cast<double>(count)), odds_(loss / (1 - loss)), chance_(std::pow(1 - loss, left_)) {}
  double now() const { return chance_; }
  void next() {
    lost_ += 1;
    chance_ *= odds_ * left_ / lost_;
    left_ -= 1;
  }

 private:
  double left_;
  double odds_;
  double lost_ = 0;
  double chance_;
};

/// So many losses, lost sums among them, are always solved: see FecCode.
int always_solved(size_t packets, int sums) {
  const size_t sets = (size_t{1} << sums) - 1;
  const auto single = static_cast<size_t>(sums);  // a set of one sum is as good as that sum
  const size_t odd_sets = (sets + 1) / 2;
  if (packets <= odd_sets - single) return 3;
  return packets <= sets - single ? 2 : 1;
}

}  // namespace

// Beyond what is always solved, sets are independent as often as if they were chosen by lot, none of them empty.
double unsolved_part(size_t packets, int sums, double loss) {
  if (loss <= 0) return 0;
  if (loss >= 1) return 1;
  const int always = sums == 0 ? 0 : always_solved(packets, sums);
  double solved = 0;
  LossChances sums_lost(static_cast<size_t>(sums), loss);
  for (int came = sums; came >= 0; --came, sums_lost.next()) {
    LossChances lost(packets, loss);
    double solvable = 0;
    double independent = 1;
    for (int missing = 0; missing <= came && static_cast<size_t>(missing) <= packets; ++missing, lost.next()) {
      if (missing > 1) independent *= 1 - std::exp2(missing - 1 - came);
      solvable += lost.now() * (missing + sums - came <= always ? 1 : independent);
    }
    solved += sums_lost.now() * solvable;
  }
  return 1 - solved;
}

int sums_needed(size_t packets, double loss, double doubt) {
  int sums = 0;
  while (sums < FecCode::kMostSums && unsolved_part(packets, sums, loss) > doubt) ++sums;
  return sums;
}

}  // namespace sotto::transport
