#include "signaling/handshake/text_checks.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

TEST(TextChecks, KnowIceCharacters) {
  EXPECT_TRUE(is_ice_chars("azAZ09+/"));
  for (const char* text : {" ", "-", "a=b", "a\n", "\x80", "a b"}) EXPECT_FALSE(is_ice_chars(text)) << text;
}

TEST(TextChecks, KnowTokens) {
  EXPECT_TRUE(is_token("VP8"));
  EXPECT_TRUE(is_token("video-0.1"));
  for (const char* text : {"", "a b", "a/b", "a:b", "a\r\n", "\"a\"", "a\x7f"}) EXPECT_FALSE(is_token(text)) << text;
}

TEST(TextChecks, KnowPrintableAscii) {
  EXPECT_TRUE(is_printable_ascii("candidate:1 1 UDP 1 192.0.2.1 5 typ host"));
  for (const char* text : {"a\r", "a\n", "a\t", "\x7f", "\xc3\xa4"}) EXPECT_FALSE(is_printable_ascii(text)) << text;
  EXPECT_FALSE(is_printable_ascii(std::string_view("a\0b", 3)));
}

TEST(TextChecks, TakeWellFormedUtf8) {
  for (const char* text : {"", "Alice", "\xc3\x84lice", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_printable_utf8(text)) << text;
  }
}

TEST(TextChecks, RefuseEveryOtherUtf8) {
  const std::string_view texts[] = {
      "\x80",              // continues nothing
      "\xc3",              // cut off
      "\xe2\x82",          // cut off
      "\xc3\x28",          // not continued
      "\xc0\xaf",          // overlong in two bytes
      "\xe0\x80\xaf",      // in three
      "\xf0\x80\x80\xaf",  // in four
      "\xed\xa0\x80",      // a surrogate
      "\xf4\x90\x80\x80",  // beyond U+10FFFF
      "\xff",
      "a\nb",
      "\x7f",
      "\xc2\x85",  // a control character of the second set
  };
  for (const std::string_view text : texts) EXPECT_FALSE(is_printable_utf8(text)) << text;
  EXPECT_FALSE(is_printable_utf8(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace sotto::signaling
