#pragma once

#include <string>

#include <sotto/result.hpp>
#include "base/bytes.hpp"

namespace sotto::tools {

enum class QrStyle {
  kBlocks,    ///< UTF-8 half blocks, two rows of the code a line, for light letters on a dark ground.
  kColoured,  ///< The same with colours said, for a terminal of any colours.
  kAscii,     ///< '#' for light, two letters a module.
};

/// A QR code of the bytes with its quiet zone of four modules, each line ended. kInvalidArgument if they are too many.
Result<std::string> draw_qr_code(ByteView content, QrStyle style);

}  // namespace sotto::tools
