#pragma once

#include <string>
#include <vector>

namespace sotto::tools {

/// What `sotto demo` is asked for.
struct DemoOptions {
  std::vector<std::string> videos;  ///< none: test pictures; one: for both; two: Alice's and Bob's
  std::vector<std::string> audios;  ///< likewise
  int width = 1280;                 ///< pixels, even
  int height = 720;                 ///< pixels, even
  int seconds = 15;                 ///< from accept to hanging up
  std::string network;              ///< a bad network around Alice's path; empty: loopback as it is
  std::string out = "sotto-demo";   ///< folder, made if need be
  bool capture = true;              ///< watch the wire
  bool keep = false;                ///< keep what the peers sent and recorded
};

}  // namespace sotto::tools
