#pragma once

#include <string>

#include <sotto/result.hpp>

#include "tools/demo/demo_media.hpp"
#include "tools/demo/direction.hpp"

namespace sotto::tools {

/// What a contact sheet shows of one direction.
struct SheetDirection {
  std::string sender;
  std::string receiver;
  const DemoMedia* media;
  const Direction* direction;
};

/// Writes a PNG with a few pictures of both directions, a row each: as sent on the left, as received on the right.
Result<void> save_contact_sheet(const SheetDirection& first, const SheetDirection& second, const std::string& path);

}  // namespace sotto::tools
