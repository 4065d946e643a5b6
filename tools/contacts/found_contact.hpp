#pragma once

#include <cstdio>
#include <string>

#include <sotto/contacts.hpp>
#include <sotto/engine.hpp>
#include <sotto/result.hpp>

namespace sotto::tools {

/// Asks the server for a name, and waits for the answer: at most 30 s (kTimeout). Not on the event thread.
Result<FoundAccount> find_in_directory(Engine& engine, const std::string& name);

/// Asks the user on the terminal, unless `yes` is the answer already. kRefused if they do not want it.
Result<void> confirm(const std::string& question, bool yes);

/// What has been found becomes, or stays, a contact if the user wants it. Shows on `to` what it is, with the number to
/// compare. kRefused if another person has the name, or if there is a new number in the place of one that was compared:
/// for that, `yes` is not enough.
Result<void> take_over(Contacts contacts, const FoundAccount& found, bool yes, std::FILE* to);

}  // namespace sotto::tools
