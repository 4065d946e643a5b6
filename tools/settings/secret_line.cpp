#include "tools/settings/secret_line.hpp"

namespace sotto::tools {
namespace {

constexpr uint8_t kCtrlC = 0x03;
constexpr uint8_t kCtrlD = 0x04;
constexpr uint8_t kBackspace = 0x08;
constexpr uint8_t kCtrlU = 0x15;
constexpr uint8_t kDelete = 0x7f;

bool continues_character(uint8_t byte) { return (byte & 0xc0) == 0x80; }

}  // namespace

SecretLine::State SecretLine::type(uint8_t byte) {
  switch (byte) {
    case '\r':
    case '\n':
      return State::kDone;
    case kCtrlC:
      return State::kCancelled;
    case kCtrlD:
      return size_ == 0 ? State::kCancelled : State::kDone;
    case kBackspace:
    case kDelete:
      erase_last();
      return State::kTyping;
    case kCtrlU:
      size_ = 0;
      wipe(buffer_.mutable_view());
      return State::kTyping;
    default:
      if (size_ == kMaxSize) return State::kCancelled;
      buffer_.mutable_view()[size_++] = byte;
      return State::kTyping;
  }
}

SecretBytes SecretLine::take() {
  SecretBytes line(buffer_.view().first(size_));
  wipe(buffer_.mutable_view());
  size_ = 0;
  return line;
}

void SecretLine::erase_last() {
  const MutableByteView bytes = buffer_.mutable_view();
  while (size_ > 0) {
    const uint8_t last = std::exchange(bytes[--size_], uint8_t{0});
    if (!continues_character(last)) return;
  }
}

}  // namespace sotto::tools
