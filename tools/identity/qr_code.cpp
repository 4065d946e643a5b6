#include "tools/identity/qr_code.hpp"

#include <qrencode.h>

#include <memory>
#include <string_view>

namespace sotto::tools {
namespace {

constexpr int kQuietZone = 4;  // ISO/IEC 18004

struct Freed {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

/// The code with its quiet zone around it.
class Modules {
 public:
  explicit Modules(const QRcode& code) : code_(code) {}
  int size() const { return code_.width + 2 * kQuietZone; }
  bool light(int x, int y) const {
    const int column = x - kQuietZone;
    const int row = y - kQuietZone;
    if (column < 0 || row < 0 || column >= code_.width || row >= code_.width) return true;
    return (code_.data[row * code_.width + column] & 1) == 0;
  }

 private:
  const QRcode& code_;
};

std::string_view half_blocks(bool upper, bool lower) {
  if (upper) return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}

std::string draw_blocks(const Modules& modules, std::string_view before, std::string_view after) {
  std::string drawing;
  for (int y = 0; y < modules.size(); y += 2) {
    drawing += before;
    for (int x = 0; x < modules.size(); ++x) {
      const bool below_it_all = y + 1 == modules.size();  // an odd number of rows
      drawing += half_blocks(modules.light(x, y), !below_it_all && modules.light(x, y + 1));
    }
    drawing += after;
    drawing += '\n';
  }
  return drawing;
}

std::string draw_ascii(const Modules& modules) {
  std::string drawing;
  for (int y = 0; y < modules.size(); ++y) {
    for (int x = 0; x < modules.size(); ++x) drawing += modules.light(x, y) ? "##" : "  ";
    drawing += '\n';
  }
  return drawing;
}

}  // namespace

Result<std::string> draw_qr_code(ByteView content, QrStyle style) {
  const std::unique_ptr<QRcode, Freed> code(
      QRcode_encodeData(static_cast<int>(content.size()), content.data(), 0, QR_ECLEVEL_L));
  if (code == nullptr) return Error{ErrorCode::kInvalidArgument, "This cannot be drawn as a QR code."};
  const Modules modules(*code);
  switch (style) {
    case QrStyle::kBlocks:
      return draw_blocks(modules, "", "");
    case QrStyle::kColoured:
      return draw_blocks(modules, "\x1b[97;40m", "\x1b[0m");
    case QrStyle::kAscii:
      return draw_ascii(modules);
  }
  return std::string();
}

}  // namespace sotto::tools
