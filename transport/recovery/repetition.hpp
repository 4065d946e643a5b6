#pragma once

#include <algorithm>
#include <cmath>

namespace sotto::transport {

/// How often to send something so that all of it is lost in no more than the part `doubt` of cases, on a path that
/// loses the part `loss` of its packets: 1 to `most` times. What comes in bursts has to be spread out for this to hold.
inline int times_to_send(double loss, double doubt, int most) {
  if (loss <= doubt) return 1;
  if (loss >= 1) return most;
  // Nine tenths of ten per cent and the like are not to be one more for their rounding.
  constexpr double kRounding = 1e-9;
  return std::min(static_cast<int>(std::ceil(std::log(doubt) / std::log(loss) - kRounding)), most);
}

}  // namespace sotto::transport
