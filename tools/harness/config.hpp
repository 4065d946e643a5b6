#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sotto/result.hpp>

namespace sotto::tools {

/// Raw I420 pictures that stand in for a camera. Frame k of the call is picture p of the file, played forwards and
/// backwards in turn: with q = k mod 2 * frames, p = q < frames ? q : 2 * frames - 1 - q.
struct FootageConfig {
  std::string file;
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  int fps = 30;
  int frames = 0;  ///< pictures in the file
};

/// What a harness peer is told when it starts.
struct PeerConfig {
  enum class Role { kCaller, kCallee };
  Role role = Role::kCaller;
  std::string out;      ///< folder for what was measured
  std::string address;  ///< own address, numeric
  std::optional<FootageConfig> video;
  std::string audio_file;  ///< raw mono s16le at 48 kHz, repeated
  /// The first received frame of each group floor((n + sample_offset) / sample_every) is kept.
  uint32_t sample_every = 30;
  uint32_t sample_offset = 0;
  /// Where the encoded payloads go, for a check of what is on the wire; empty: nowhere (options.payload_file).
  std::string payload_file;
  /// A bad network around the path, as EngineOptions::emulated_network; empty: none (options.network).
  std::string network;
};

/// Reads the JSON text of a configuration. An error names the field and what it should be. Fields that are not known
/// are passed over: `options` is shared by peers of many kinds.
Result<PeerConfig> parse_config(std::string_view json);

/// The same from a file.
Result<PeerConfig> load_config(const std::string& path);

}  // namespace sotto::tools
