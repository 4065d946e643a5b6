#include "tools/identity/identity_text.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "base/random.hpp"
#include "tools/contacts/contact_text.hpp"
#include "tools/identity/qr_code.hpp"
#include "tools/identity/recovery_paper.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr WallTime kNow{std::chrono::milliseconds(1'780'000'000'000)};  // 2026-05-28 20:26:40 UTC

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char letter : text) {
    if (letter == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += letter;
    }
  }
  lines.pop_back();
  return lines;
}

ContactView contact(uint8_t first, std::string name) {
  ContactView view;
  view.account[0] = first;
  view.name = std::move(name);
  view.added = true;
  return view;
}

TEST(IdentityText, ShowsAccountDatesNameAndServer) {
  SeededRandom random(1);
  const auto identity = signaling::DeviceIdentity::create(random, kNow);
  const std::string text = describe_identity(identity, {.server = "host:1#pin", .proxy = {}, .name = "anna"}, kNow);
  EXPECT_THAT(text, HasSubstr(hexadecimal(identity.account().bytes)));
  EXPECT_THAT(text, HasSubstr("in 90 days"));
  EXPECT_THAT(text, HasSubstr("in 14 days"));
  EXPECT_THAT(text, HasSubstr("host:1#pin"));
  EXPECT_THAT(text, HasSubstr("anna"));
}

TEST(IdentityText, SaysThatDatesArePast) {
  SeededRandom random(1);
  const auto identity = signaling::DeviceIdentity::create(random, kNow);
  EXPECT_THAT(describe_identity(identity, {}, kNow + std::chrono::days(15)), HasSubstr("which is past"));
}

TEST(IdentityText, WritesDatesInUniversalTime) { EXPECT_EQ(calendar_text(kNow), "2026-05-28 20:26 UTC"); }

TEST(QrCode, IsASquareInAscii) {
  const Bytes content(130, 0x5a);
  const Result<std::string> code = draw_qr_code(content, QrStyle::kAscii);
  ASSERT_TRUE(code.ok());
  const std::vector<std::string> lines = lines_of(*code);
  for (const std::string& line : lines) EXPECT_EQ(line.size(), 2 * lines.size());
  // The quiet zone, then the outer line of the finder pattern at the upper left.
  EXPECT_EQ(lines[3], std::string(2 * lines.size(), '#'));
  EXPECT_EQ(lines[4].substr(0, 24), "########" + std::string(14, ' ') + "##");
}

TEST(QrCode, TakesHalfAsManyLinesInBlocksAndFitsATerminal) {
  const Bytes content(130, 0x5a);
  const size_t rows = lines_of(*draw_qr_code(content, QrStyle::kAscii)).size();
  EXPECT_LE(rows, 80u);
  EXPECT_EQ(lines_of(*draw_qr_code(content, QrStyle::kBlocks)).size(), (rows + 1) / 2);
  EXPECT_THAT(*draw_qr_code(content, QrStyle::kBlocks), Not(HasSubstr("\x1b")));
  EXPECT_THAT(*draw_qr_code(content, QrStyle::kColoured), HasSubstr("\x1b[0m\n"));
}

TEST(QrCode, RefusesWhatDoesNotFit) { EXPECT_FALSE(draw_qr_code(Bytes(4000), QrStyle::kAscii).ok()); }

TEST(RecoveryPaper, KnowsTheLastGroupOfAKey) {
  SeededRandom random(2);
  const std::string key = signaling::RecoveryKey::generate(random).to_text();
  const std::string last = key.substr(key.size() - 4);
  EXPECT_TRUE(is_last_group(" " + last + "\r", key));
  EXPECT_FALSE(is_last_group("", key));
  EXPECT_FALSE(is_last_group(key.substr(0, 4), key));
}

TEST(ContactText, MarksWhatIsSpecialAboutAContact) {
  ContactView anna = contact(1, "anna");
  anna.verified = true;
  ContactView ben = contact(2, "ben");
  ben.key_changed = true;
  ContactView carl = contact(3, "carl");
  carl.blocked = true;
  const std::vector<std::string> lines = lines_of(describe_contacts({anna, ben, carl}));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0], HasSubstr("  verified"));
  EXPECT_THAT(lines[1], HasSubstr("NEW KEYS"));
  EXPECT_THAT(lines[2], HasSubstr("blocked"));
}

TEST(ContactText, DoesNotLetAStrangersNameSteerTheTerminal) {
  ContactView stranger = contact(1, "");
  stranger.name_hint = "\x1b[2Janna";
  const std::string text = describe_requests({stranger});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("\"?[2Janna\""));
}

TEST(ContactText, PicksAnAccountByNameOrByDigits) {
  const std::vector<ContactView> accounts = {contact(0x0a, "anna"), contact(0x0b, "ben")};
  EXPECT_EQ(pick_account(accounts, "Anna")->account[0], 0x0a);
  EXPECT_EQ(pick_account(accounts, "0b000000")->account[0], 0x0b);
  EXPECT_FALSE(pick_account(accounts, "0b").ok());
  EXPECT_FALSE(pick_account(accounts, "").ok());
  EXPECT_FALSE(pick_account(accounts, "carl").ok());
}

TEST(ContactText, WarnsOfAnotherAccountByTheSameName) {
  FoundAccount found;
  found.name = "anna";
  found.safety_number = "12345";
  found.standing = FoundAccount::Standing::kOtherPerson;
  EXPECT_THAT(describe_found(found), HasSubstr("ANOTHER"));
  EXPECT_THAT(describe_found(found), HasSubstr("12345"));
}

}  // namespace
}  // namespace sotto::tools
