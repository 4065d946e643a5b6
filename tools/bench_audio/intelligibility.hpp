#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sotto::tools {

/// How well speech can be understood: the short-time objective intelligibility measure, STOI (C. H. Taal, R. C.
/// Hendriks, R. Heusdens, J. Jensen: An Algorithm for Intelligibility Prediction of Time-Frequency Weighted Noisy
/// Speech, IEEE Transactions on Audio, Speech, and Language Processing 19 (7), 2011). 1 is as well as the speech
/// itself, about 0 nothing of it. `said` and `heard` are as long as each other, at 48 kHz, and in time: see
/// in_time_with. 0 if there are less than 0.4 s of speech in them.
double speech_intelligibility(std::span<const int16_t> said, std::span<const int16_t> heard);

/// The same at 10 kHz, which the measure is defined for; any scale.
double speech_intelligibility_at_10_khz(std::span<const float> said, std::span<const float> heard);

/// 48 kHz sound at 10 kHz, without delay.
std::vector<float> at_10_khz(std::span<const int16_t> sound);

}  // namespace sotto::tools
