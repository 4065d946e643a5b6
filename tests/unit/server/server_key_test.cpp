#include "signaling/server/server_key.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "signaling/server/detail/tls_context.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sotto::signaling {
namespace {

constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'000)};

class ServerKeyTest : public testing::Test {
 protected:
  ServerKeyHash hash() { return TlsContext::load(own_server_key(folder.path(), kNow).value()).value()->key_hash(); }

  const TemporaryFolder folder;
  const std::filesystem::path key = folder.path() / "server.key";
  const std::filesystem::path certificate = folder.path() / "server.crt";
};

TEST_F(ServerKeyTest, IsMadeOnceForItsOwnerAlone) {
  const ServerKeyHash first = hash();
  const std::string text = content_of(key);
  EXPECT_EQ(hash(), first);
  EXPECT_EQ(content_of(key), text);
  struct stat status {};
  ASSERT_EQ(::stat(key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(ServerKeyTest, KeepsItsPinWithANewCertificate) {
  const ServerKeyHash first = hash();
  std::filesystem::remove(certificate);
  EXPECT_EQ(hash(), first);
}

TEST_F(ServerKeyTest, IsFinishedAfterAStartThatWasInterrupted) {
  std::ofstream(folder.path() / "server.key.new") << "half a key";
  const ServerKeyHash first = hash();
  EXPECT_EQ(hash(), first);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "server.key.new"));
}

TEST_F(ServerKeyTest, IsNotMadeAnewBehindTheBackOfWhoHasPinnedIt) {
  hash();
  std::filesystem::remove(key);
  const auto files = own_server_key(folder.path(), kNow);
  ASSERT_FALSE(files.ok());
  EXPECT_NE(files.error().message.find("missing"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(key));
}

TEST_F(ServerKeyTest, IsRefusedWhenOthersCanReadIt) {
  hash();
  ::chmod(key.c_str(), 0644);
  const auto files = own_server_key(folder.path(), kNow);
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, ErrorCode::kRefused);
  EXPECT_NE(files.error().message.find("chmod"), std::string::npos);
}

TEST_F(ServerKeyTest, IsRefusedWhenItIsDamaged) {
  hash();
  std::ofstream(key) << "no key";
  EXPECT_EQ(own_server_key(folder.path(), kNow).error().code, ErrorCode::kMalformed);
}

TEST_F(ServerKeyTest, HasToFitItsCertificate) {
  hash();
  const TemporaryFolder other;
  const ServerKeyFiles foreign = own_server_key(other.path(), kNow).value();
  const auto context = TlsContext::load({certificate, foreign.key});
  ASSERT_FALSE(context.ok());
  EXPECT_EQ(context.error().code, ErrorCode::kMalformed);
}

TEST_F(ServerKeyTest, SaysWhichFileIsMissing) {
  const auto context = TlsContext::load({folder.path() / "a.crt", folder.path() / "a.key"});
  ASSERT_FALSE(context.ok());
  EXPECT_NE(context.error().message.find("a.key"), std::string::npos);
}

}  // namespace
}  // namespace sotto::signaling
