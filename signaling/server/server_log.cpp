#include "signaling/server/server_log.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace sotto::signaling {
namespace {

// RFC 3339, in UTC.
std::string format_time(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t clock = seconds.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&clock, &parts);
  std::array<char, 32> text{};
  const size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>((time - seconds).count()));
  return std::string(text.data(), size) + fraction.data();
}

// RFC 8259 section 7. Also for text, where it keeps an event on one line.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ') {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
      result += escaped.data();
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result + '"';
}

std::string value_of(const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.second)) return quoted(*text);
  return std::to_string(std::get<uint64_t>(field.second));
}

}  // namespace

void ServerLog::write(WallTime time, std::string_view event, std::initializer_list<LogField> fields) const {
  if (!sink_) return;
  std::string line;
  switch (format_) {
    case Format::kJson:
      line = "{\"time\":\"" + format_time(time) + "\",\"event\":" + quoted(event);
      for (const LogField& field : fields) line += "," + quoted(field.first) + ":" + value_of(field);
      line += '}';
      break;
    case Format::kText:
      line = format_time(time) + " " + std::string(event);
      for (const LogField& field : fields) line += " " + std::string(field.first) + "=" + value_of(field);
      break;
  }
  sink_(line);
}

}  // namespace sotto::signaling
