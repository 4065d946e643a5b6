#include "tools/harness/config.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace sotto::tools {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json good() {
  return {{"role", "callee"},
          {"out", "/tmp/out"},
          {"address", "10.99.2.1"},
          {"video", {{"file", "a.i420"}, {"width", 1280}, {"height", 720}, {"fps", 30}, {"frames", 600}}},
          {"audio", {{"file", "a.s16"}, {"rate", 48000}, {"channels", 1}}},
          {"sample_every", 27},
          {"sample_offset", 812},
          {"options", {{"presetup", true}}}};
}

std::string error_of(const json& config) {
  const Result<PeerConfig> parsed = parse_config(config.dump());
  return parsed.ok() ? "no error" : parsed.error().message;
}

TEST(PeerConfig, ReadsWhatTheLabWrites) {
  const Result<PeerConfig> parsed = parse_config(good().dump());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const PeerConfig& config = parsed.value();
  EXPECT_EQ(config.role, PeerConfig::Role::kCallee);
  EXPECT_EQ(config.out, "/tmp/out");
  EXPECT_EQ(config.address, "10.99.2.1");
  ASSERT_TRUE(config.video.has_value());
  EXPECT_EQ(config.video->file, "a.i420");
  EXPECT_EQ(config.video->width, 1280);
  EXPECT_EQ(config.video->height, 720);
  EXPECT_EQ(config.video->fps, 30);
  EXPECT_EQ(config.video->frames, 600);
  EXPECT_EQ(config.audio_file, "a.s16");
  EXPECT_EQ(config.sample_every, 27u);
  EXPECT_EQ(config.sample_offset, 812u);
  EXPECT_EQ(config.payload_file, "");
}

TEST(PeerConfig, TakesACallWithoutPictures) {
  json config = good();
  config["video"] = nullptr;
  const Result<PeerConfig> parsed = parse_config(config.dump());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_FALSE(parsed.value().video.has_value());
}

TEST(PeerConfig, KnowsWhereThePayloadsGo) {
  json config = good();
  config["options"]["payload_file"] = "/tmp/payload";
  config["options"]["network"] = "loss=5%";
  const Result<PeerConfig> parsed = parse_config(config.dump());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed.value().payload_file, "/tmp/payload");
  EXPECT_EQ(parsed.value().network, "loss=5%");
}

TEST(PeerConfig, SaysThatATextIsNoJson) {
  EXPECT_THAT(parse_config("{\"role\": ").error().message, HasSubstr("not valid JSON"));
  EXPECT_THAT(parse_config("[]").error().message, HasSubstr("expected a JSON object"));
}

TEST(PeerConfig, NamesEachFieldThatIsMissing) {
  for (const char* field : {"role", "out", "address", "audio"}) {
    json config = good();
    config.erase(field);
    EXPECT_THAT(error_of(config), HasSubstr(std::string("configuration: ") + field + ": expected")) << field;
  }
  for (const char* field : {"file", "width", "height", "fps", "frames"}) {
    json config = good();
    config["video"].erase(field);
    EXPECT_THAT(error_of(config), HasSubstr(std::string("configuration: video.") + field + ": expected")) << field;
  }
}

TEST(PeerConfig, NamesTheFieldWhoseValueCannotBe) {
  const std::tuple<const char*, json, const char*> cases[] = {
      {"/role", "listener", "role: expected \"caller\" or \"callee\""},
      {"/out", "", "out: expected a text"},
      {"/address", 10, "address: expected a text"},
      {"/video", "none", "video: expected null or an object"},
      {"/video/width", 1279, "video.width: expected an even number"},
      {"/video/height", 0, "video.height: expected a whole number from 8 to 4096"},
      {"/video/fps", 29.97, "video.fps: expected a whole number"},
      {"/video/fps", "30", "video.fps: expected a whole number"},
      {"/video/frames", -1, "video.frames: expected a whole number from 1"},
      {"/video/frames", 18446744073709551615u, "video.frames: expected a whole number from 1"},
      {"/audio", json::array(), "audio: expected an object"},
      {"/audio/rate", 44100, "audio.rate: expected a whole number from 48000 to 48000"},
      {"/audio/channels", 2, "audio.channels: expected a whole number from 1 to 1"},
      {"/sample_every", 0, "sample_every: expected a whole number from 1"},
      {"/sample_offset", -1, "sample_offset: expected a whole number from 0"},
      {"/options", true, "options: expected an object"},
      {"/options/payload_file", 1, "options.payload_file: expected a text"},
  };
  for (const auto& [where, value, expected] : cases) {
    json config = good();
    config[json::json_pointer(where)] = value;
    EXPECT_THAT(error_of(config), HasSubstr(expected)) << where;
  }
}

TEST(PeerConfig, SaysWhichFileItCannotRead) {
  EXPECT_THAT(load_config("/nonexistent/config.json").error().message, HasSubstr("/nonexistent/config.json"));
}

}  // namespace
}  // namespace sotto::tools
