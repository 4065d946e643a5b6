#include "tests/lab/linkem/link_settings.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>

namespace sotto::lab {
namespace {

constexpr double kMillisecond = 1e-3;

[[noreturn]] void refuse(std::string_view key, std::string_view value, const std::string& wanted) {
  throw std::invalid_argument(std::string(key) + "=" + std::string(value) + ": " + wanted);
}

double number(std::string_view key, std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value < 1e12)) {
    refuse(key, text, "a number of 0 or more is wanted");
  }
  return value;
}

double probability(std::string_view key, std::string_view text) {
  const double value = number(key, text);
  if (value > 1) refuse(key, text, "a probability is 0 to 1");
  return value;
}

double rate(std::string_view key, std::string_view text) {
  double unit = 1;
  if (text.ends_with('k')) unit = 1e3;
  if (text.ends_with('M')) unit = 1e6;
  if (unit != 1) text.remove_suffix(1);
  return number(key, text) * unit;
}

JitterShape jitter_shape(std::string_view key, std::string_view text) {
  if (text == "uniform") return JitterShape::kUniform;
  if (text == "normal") return JitterShape::kNormal;
  if (text == "exp") return JitterShape::kExponential;
  refuse(key, text, "uniform, normal or exp is wanted");
}

// "share/length", or "share" for bursts of one.
void set_bursts(std::string_view key, std::string_view text, LinkSettings& settings) {
  const size_t slash = text.find('/');
  settings.burst_loss = probability(key, text.substr(0, slash));
  if (settings.burst_loss == 1) refuse(key, text, "a link that loses all is a blackout");
  settings.mean_burst_length = slash == std::string_view::npos ? 1 : number(key, text.substr(slash + 1));
  if (settings.mean_burst_length < 1) refuse(key, text, "a burst has a packet at least");
}

struct Setting {
  std::string_view key;
  std::string_view value;
  double now = 0;
  LinkSettings& settings;
};

const std::map<std::string_view, std::function<void(const Setting&)>> kKeys = {
    {"delay", [](const Setting& s) { s.settings.delay = number(s.key, s.value) * kMillisecond; }},
    {"jitter", [](const Setting& s) { s.settings.jitter = number(s.key, s.value) * kMillisecond; }},
    {"jdist", [](const Setting& s) { s.settings.jitter_shape = jitter_shape(s.key, s.value); }},
    {"reorder", [](const Setting& s) { s.settings.reorder = number(s.key, s.value) != 0; }},
    {"loss", [](const Setting& s) { s.settings.loss = probability(s.key, s.value); }},
    {"ge", [](const Setting& s) { set_bursts(s.key, s.value, s.settings); }},
    {"dup", [](const Setting& s) { s.settings.duplication = probability(s.key, s.value); }},
    {"rate", [](const Setting& s) { s.settings.rate = rate(s.key, s.value); }},
    {"queue_ms", [](const Setting& s) { s.settings.queue_time = number(s.key, s.value) * kMillisecond; }},
    {"queue_bytes", [](const Setting& s) { s.settings.queue_bytes = number(s.key, s.value); }},
    {"blackout", [](const Setting& s) { s.settings.blackout_until = s.now + number(s.key, s.value); }},
    {"hold", [](const Setting& s) { s.settings.hold_until = s.now + number(s.key, s.value); }},
};

}  // namespace

void apply(std::string_view text, double now, LinkSettings& settings) {
  LinkSettings changed = settings;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(item.size() == text.size() ? item.size() : item.size() + 1);
    if (item.empty()) continue;
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos) throw std::invalid_argument(std::string(item) + ": has no value");
    const std::string_view key = item.substr(0, equals);
    const auto setting = kKeys.find(key);
    if (setting == kKeys.end()) throw std::invalid_argument("unknown key " + std::string(key));
    setting->second({key, item.substr(equals + 1), now, changed});
  }
  settings = changed;
}

}  // namespace sotto::lab
