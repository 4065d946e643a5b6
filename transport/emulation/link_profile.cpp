#include "transport/emulation/link_profile.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace sotto::transport {
namespace {

constexpr Duration kLongestTime = 24h;
constexpr double kHighestRate = 10e9;
constexpr double kLowestRate = 1000;
constexpr double kLongestBurst = 10'000;
constexpr double kSmallestMtu = 100;
constexpr double kLargestMtu = 65'535;
constexpr size_t kMostSteps = 1000;

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct Split {
  std::string_view before;
  std::optional<std::string_view> after;
};

Split split(std::string_view text, char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return {trim(text), std::nullopt};
  return {trim(text.substr(0, at)), trim(text.substr(at + 1))};
}

/// A number and the unit behind it.
struct Quantity {
  double number;
  std::string_view unit;
};

std::optional<Quantity> quantity(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !(number >= 0)) return std::nullopt;
  return Quantity{number, trim(text.substr(static_cast<size_t>(end - text.data())))};
}

std::optional<Duration> time_of(std::string_view text) {
  const auto read = quantity(text);
  if (!read) return std::nullopt;
  double microseconds = read->number;
  if (read->unit == "s") {
    microseconds *= 1e6;
  } else if (read->unit == "ms") {
    microseconds *= 1e3;
  } else if (read->unit != "us" && read->number != 0) {
    return std::nullopt;
  }
  if (microseconds > static_cast<double>(Duration(kLongestTime).count())) return std::nullopt;
  return Duration(static_cast<int64_t>(microseconds + 0.5));
}

std::optional<double> part_of(std::string_view text) {
  const auto read = quantity(text);
  if (!read) return std::nullopt;
  const double part = read->unit == "%" ? read->number / 100 : read->number;
  if ((!read->unit.empty() && read->unit != "%") || part > 1) return std::nullopt;
  return part;
}

std::optional<double> number_of(std::string_view text, double least, double most) {
  const auto read = quantity(text);
  if (!read || !read->unit.empty() || read->number < least || read->number > most) return std::nullopt;
  return read->number;
}

bool read_rate(std::string_view value, std::optional<DataRate>& into) {
  if (value == "none") {
    into = std::nullopt;
    return true;
  }
  const auto read = quantity(value);
  if (!read) return false;
  double bps = read->number;
  if (read->unit == "k") {
    bps *= 1e3;
  } else if (read->unit == "M") {
    bps *= 1e6;
  } else if (!read->unit.empty()) {
    return false;
  }
  if (bps < kLowestRate || bps > kHighestRate) return false;
  into = DataRate::bps(static_cast<int64_t>(bps + 0.5));
  return true;
}

template <typename T>
bool assign(std::optional<T> value, T& into) {
  if (value) into = *value;
  return value.has_value();
}

bool read_flag(std::string_view value, bool& into) {
  into = value == "yes";
  return value == "yes" || value == "no";
}

bool read_burst(std::string_view value, LinkSettings& into) {
  const Split parts = split(value, '/');
  return assign(part_of(parts.before), into.burst_loss) && into.burst_loss < 1 &&
         (!parts.after || assign(number_of(*parts.after, 1, kLongestBurst), into.burst_length));
}

bool read_reordering(std::string_view value, LinkSettings& into) {
  const Split parts = split(value, '/');
  return assign(part_of(parts.before), into.reordering) &&
         (!parts.after || assign(time_of(*parts.after), into.lateness));
}

bool read_mtu(std::string_view value, size_t& into) {
  const auto number = number_of(value, kSmallestMtu, kLargestMtu);
  if (number) into = static_cast<size_t>(*number);
  return number.has_value();
}

bool read_blackout(std::string_view value, Duration since, std::vector<LinkProfile::Blackout>& into) {
  const Split parts = split(value, '+');
  LinkProfile::Blackout blackout;
  if (!parts.after || !assign(time_of(parts.before), blackout.at) || !assign(time_of(*parts.after), blackout.length)) {
    return false;
  }
  blackout.at += since;
  into.push_back(blackout);
  return into.size() <= kMostSteps;
}

/// Nothing if there is no such key.
std::optional<bool> read_setting(std::string_view key, std::string_view value, LinkSettings& into) {
  if (key == "rate") return read_rate(value, into.rate);
  if (key == "queue") return assign(time_of(value), into.queue);
  if (key == "delay") return assign(time_of(value), into.delay);
  if (key == "jitter") return assign(time_of(value), into.jitter);
  if (key == "overtaking") return read_flag(value, into.overtaking);
  if (key == "loss") return assign(part_of(value), into.loss);
  if (key == "burst") return read_burst(value, into);
  if (key == "reorder") return read_reordering(value, into);
  if (key == "duplicate") return assign(part_of(value), into.duplication);
  if (key == "corrupt") return assign(part_of(value), into.corruption);
  if (key == "mtu") return read_mtu(value, into.mtu);
  return std::nullopt;
}

Error not_understood(std::string_view what, std::string_view why) {
  return {ErrorCode::kInvalidArgument, "network profile: \"" + std::string(what) + "\" " + std::string(why)};
}

/// Reads "key=value,key=value" on top of `settings`.
Result<void> read_settings(std::string_view text, Duration since, LinkSettings& settings,
                           std::vector<LinkProfile::Blackout>& blackouts) {
  std::optional<std::string_view> rest = trim(text);
  while (rest && !rest->empty()) {
    const Split item = split(*rest, ',');
    rest = item.after;
    const Split pair = split(item.before, '=');
    if (!pair.after) return not_understood(item.before, "is not of the form key=value");
    const std::optional<bool> read = pair.before == "blackout" ? read_blackout(*pair.after, since, blackouts)
                                                               : read_setting(pair.before, *pair.after, settings);
    if (!read) return not_understood(pair.before, "is not a key that a link has");
    if (!*read) return not_understood(item.before, "has a value that cannot be used");
  }
  return {};
}

}  // namespace

Result<LinkProfile> parse_link_profile(std::string_view text) {
  LinkProfile profile;
  Split steps = split(text, ';');
  if (auto read = read_settings(steps.before, {}, profile.settings, profile.blackouts); !read) return read.error();
  LinkSettings settings = profile.settings;
  Duration last{};
  while (steps.after) {
    steps = split(*steps.after, ';');
    const Split step = split(steps.before, ':');
    const auto at = time_of(step.before);
    if (!at || !step.after) return not_understood(steps.before, "is not of the form \"20s: key=value\"");
    if (*at < last) return not_understood(steps.before, "comes before the step in front of it");
    if (profile.changes.size() == kMostSteps) return not_understood(steps.before, "is one step too many");
    if (auto read = read_settings(*step.after, *at, settings, profile.blackouts); !read) return read.error();
    profile.changes.push_back({.at = *at, .settings = settings});
    last = *at;
  }
  std::sort(profile.blackouts.begin(), profile.blackouts.end(),
            [](const auto& a, const auto& b) { return a.at < b.at; });
  return profile;
}

}  // namespace sotto::transport
