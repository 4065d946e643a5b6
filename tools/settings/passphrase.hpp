#pragma once

#include <string>
#include <string_view>

#include <sotto/result.hpp>
#include "base/secret_bytes.hpp"

namespace sotto::tools {

/// Where a passphrase comes from. Never from the command line or the environment, which other processes can read.
/// None of these: the user is asked on the terminal.
struct PassphraseSource {
  std::string file;
  int fd = -1;
  bool insecure = false;  ///< There is none: whoever has the identity's file has the keys.
};

/// The bytes as text; lives as long as they do.
std::string_view as_text(const SecretBytes& secret);

/// The first line of a file that only its owner can read; kRefused if others can. At most 1024 bytes.
Result<SecretBytes> read_secret_file(const std::string& path);

/// The passphrase of an identity that is there, without the end of its line; empty with `insecure`. kRefused if the
/// file can be read by others, kUnavailable if there is no source and no terminal to ask on.
Result<SecretBytes> read_passphrase(const PassphraseSource& source, std::string_view prompt = "Passphrase: ");

/// A new one: a terminal asks twice. kRefused if it is empty and not `insecure`, or if the two differ.
Result<SecretBytes> read_new_passphrase(const PassphraseSource& source, std::string_view prompt = "New passphrase: ");

}  // namespace sotto::tools
