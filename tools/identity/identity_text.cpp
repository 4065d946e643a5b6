#include "tools/identity/identity_text.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string_view>

#include "signaling/identity/verify.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kBytesPerGroup = 4;

std::string line(std::string_view label, const std::string& text) {
  std::string all(label);
  all.resize(20, ' ');
  return all + text + "\n";
}

std::string with_expiry(WallTime end, WallTime now) {
  if (end <= now) return calendar_text(end) + ", which is past: it is renewed at the next call or sign-in";
  const auto days = std::chrono::floor<std::chrono::days>(end - now).count();
  return calendar_text(end) + ", in " + std::to_string(days) + (days == 1 ? " day" : " days");
}

std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

}  // namespace

std::string hexadecimal(ByteView bytes) {
  std::string text;
  char digits[3];
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % kBytesPerGroup == 0) text += ' ';
    std::snprintf(digits, sizeof digits, "%02x", bytes[i]);
    text += digits;
  }
  return text;
}

std::string calendar_text(WallTime time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[40];
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
  return std::string(text, size);
}

std::string describe_identity(const signaling::DeviceIdentity& identity, const Settings& settings, WallTime now) {
  std::string text;
  text += line("Account", hexadecimal(identity.account().bytes));
  text += line("Device", hexadecimal(identity.device().bytes));
  text += line("Root key", identity.root_rotations() == 0
                               ? "the first"
                               : "replaced " + std::to_string(identity.root_rotations()) + " of at most " +
                                     std::to_string(signaling::kMaxRotations) + " times");
  text += line("Device list", "version " + std::to_string(identity.list_version()));
  text += line("  valid until", with_expiry(identity.list_issued() + signaling::kMaxListLife, now));
  text += line("Agree key", "epoch " + std::to_string(identity.agree_key().epoch) + ", made " +
                                calendar_text(identity.agree_key().not_before));
  text += line("  valid until", with_expiry(identity.agree_key().not_after, now));
  text += line("Name", or_none(settings.name));
  text += line("Server", or_none(settings.server));
  return text;
}

std::string describe_recovery_key(std::string_view key) {
  std::string text = "The recovery key of this account:\n\n    ";
  text += key;
  text +=
      "\n\nWrite it on paper and keep it away from this machine. With it and a backup (sotto identity backup) the\n"
      "account can be brought back when this machine is lost; whoever else has both can take the account over. It is\n"
      "shown this once and kept nowhere.\n";
  return text;
}

}  // namespace sotto::tools
