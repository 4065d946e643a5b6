#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sotto::media {

/// How long the joins between two pieces of sound are: 5 ms, in samples at 48 kHz.
inline constexpr size_t kJoinSamples = 240;

/// Fades from `from` to `to` over the length of `to`, into `to`. The sum of the gains is one, as fits sounds that are
/// alike. `from` is as long as `to`.
void cross_fade(std::span<const int16_t> from, std::span<int16_t> to);

/// Where a piece of sound can be taken out.
struct Cut {
  size_t samples = 0;   ///< to take out from the beginning
  double likeness = 0;  ///< how alike what meets at the join is: 1 the same, 0 nothing in common; 1 where it is quiet
};

/// Finds how many samples, from `least` to `most`, are best taken out of the beginning of `sound`: where what comes
/// after the cut goes on most like what is there now. Where it is quiet, the longest cut. `sound` holds at least most +
/// kJoinSamples samples. Takes about 30 us for a range of 10 ms.
Cut find_cut(std::span<const int16_t> sound, size_t least, size_t most);

/// Plays the first `samples` of `sound` twice: writes to `out`, which is longer than `sound` by them and does not
/// overlap it. What comes first is as it was, then fades over kJoinSamples into the beginning again. `sound` holds at
/// least samples + kJoinSamples.
void repeat_beginning(std::span<const int16_t> sound, size_t samples, std::span<int16_t> out);

/// Takes `samples` out by fading over kJoinSamples; the sound that is left begins at sound[samples].
void apply_cut(std::span<int16_t> sound, size_t samples);

}  // namespace sotto::media
