#include "tools/identity/verification_text.hpp"

#include <unistd.h>

#include "signaling/identity/safety_number.hpp"

namespace sotto::tools {

Result<std::string> describe_verification(const signaling::DeviceIdentity& self, const signaling::KnownAccount& contact,
                                          QrStyle style) {
  const signaling::Contact& pinned = contact.pinned;
  const auto own = signaling::account_fingerprint(self.account(), self.root_key());
  const auto theirs = signaling::account_fingerprint(pinned.account, pinned.root);
  const Result<std::string> code = draw_qr_code(signaling::verification_code(own, theirs), style);
  if (!code) return code;
  return "Safety number with " + contact.name + ":\n\n" +
         signaling::format_safety_number(
             signaling::safety_number(self.account(), self.root_key(), pinned.account, pinned.root)) +
         "\n\n" + *code;
}

QrStyle qr_style_for_output(bool ascii) {
  if (ascii) return QrStyle::kAscii;
  return ::isatty(STDOUT_FILENO) == 1 ? QrStyle::kColoured : QrStyle::kBlocks;
}

}  // namespace sotto::tools
