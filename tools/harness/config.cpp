#include "tools/harness/config.hpp"

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

namespace sotto::tools {
namespace {

using nlohmann::json;

constexpr int kMaxDimension = 4096;  // pixels
constexpr int kMaxFramesPerSecond = 120;

Error wrong(const std::string& field, const std::string& expected) {
  return {ErrorCode::kInvalidArgument, "configuration: " + field + ": expected " + expected};
}

/// Reads the fields of one JSON object and remembers the first that is wrong.
class Fields {
 public:
  Fields(const json& object, std::string prefix) : object_(object), prefix_(std::move(prefix)) {}

  std::string text(const char* name) {
    const auto found = object_.find(name);
    if (found != object_.end() && found->is_string() && !found->get_ref<const std::string&>().empty()) {
      return found->get<std::string>();
    }
    fail(name, "a text that is not empty");
    return {};
  }

  int64_t integer(const char* name, int64_t least, int64_t most) {
    const auto found = object_.find(name);
    // A number of 2^63 or more is read as unsigned, and would turn negative.
    const bool fits = found != object_.end() && found->is_number_integer() &&
                      (!found->is_number_unsigned() || found->get<uint64_t>() <= static_cast<uint64_t>(most));
    const int64_t value = fits ? found->get<int64_t>() : least;
    if (!fits || value < least || value > most) {
      fail(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
  }

  void fail(const char* name, const std::string& expected) {
    if (!error_) error_ = wrong(prefix_ + name, expected);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const json& object_;
  std::string prefix_;
  std::optional<Error> error_;
};

Result<FootageConfig> parse_footage(const json& object) {
  if (!object.is_object()) return wrong("video", "null or an object");
  Fields fields(object, "video.");
  FootageConfig footage;
  footage.file = fields.text("file");
  footage.width = static_cast<int>(fields.integer("width", 40, kMaxDimension));
  footage.height = static_cast<int>(fields.integer("height", 8, kMaxDimension));
  footage.fps = static_cast<int>(fields.integer("fps", 1, kMaxFramesPerSecond));
  footage.frames = static_cast<int>(fields.integer("frames", 1, std::numeric_limits<int>::max() / 2));
  if (footage.width % 2 != 0) fields.fail("width", "an even number");
  if (footage.height % 2 != 0) fields.fail("height", "an even number");
  if (fields.error()) return *fields.error();
  return footage;
}

Result<std::string> parse_audio(const json& object) {
  if (!object.is_object()) return wrong("audio", "an object");
  Fields fields(object, "audio.");
  std::string file = fields.text("file");
  (void)fields.integer("rate", 48000, 48000);
  (void)fields.integer("channels", 1, 1);
  if (fields.error()) return *fields.error();
  return file;
}

}  // namespace

Result<PeerConfig> parse_config(std::string_view text) {
  const json root = json::parse(text, nullptr, false);
  if (root.is_discarded()) return Error{ErrorCode::kMalformed, "configuration: not valid JSON"};
  if (!root.is_object()) return Error{ErrorCode::kMalformed, "configuration: expected a JSON object"};

  Fields fields(root, "");
  PeerConfig config;
  const std::string role = fields.text("role");
  if (role == "callee") {
    config.role = PeerConfig::Role::kCallee;
  } else if (role != "caller") {
    fields.fail("role", "\"caller\" or \"callee\"");
  }
  config.out = fields.text("out");
  config.address = fields.text("address");
  constexpr int64_t kMaxSample = 1 << 30;
  if (root.contains("sample_every")) {
    config.sample_every = static_cast<uint32_t>(fields.integer("sample_every", 1, kMaxSample));
  }
  if (root.contains("sample_offset")) {
    config.sample_offset = static_cast<uint32_t>(fields.integer("sample_offset", 0, kMaxSample));
  }
  if (fields.error()) return *fields.error();

  if (root.contains("video") && !root["video"].is_null()) {
    Result<FootageConfig> footage = parse_footage(root["video"]);
    if (!footage.ok()) return footage.error();
    config.video = std::move(footage).value();
  }
  if (!root.contains("audio")) return wrong("audio", "an object");
  Result<std::string> audio = parse_audio(root["audio"]);
  if (!audio.ok()) return audio.error();
  config.audio_file = std::move(audio).value();

  if (root.contains("options")) {
    const json& options = root["options"];
    if (!options.is_object()) return wrong("options", "an object");
    Fields option_fields(options, "options.");
    if (options.contains("payload_file")) config.payload_file = option_fields.text("payload_file");
    if (options.contains("network")) config.network = option_fields.text("network");
    if (option_fields.error()) return *option_fields.error();
  }
  return config;
}

Result<PeerConfig> load_config(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return Error{ErrorCode::kUnavailable, "cannot read the configuration " + path};
  return parse_config(text.view());
}

}  // namespace sotto::tools
