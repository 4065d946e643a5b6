#pragma once

#include <string>
#include <vector>

namespace sotto::tools {

/// One thing that was looked at.
struct Finding {
  enum class Verdict {
    kOk,
    kNote,     ///< Nothing is wrong, but good to know.
    kWarning,  ///< Calls work, not always or not as well as they could.
    kWrong,    ///< Calls will not work.
  };
  Verdict verdict = Verdict::kOk;
  std::string what;    ///< "server", "clock"
  std::string says;    ///< what was found
  std::string advice;  ///< what to do; empty if nothing is to be done
};

/// A line for each, with what to do below it.
std::string to_text(const std::vector<Finding>& findings);
/// An array of objects with the members verdict, what, says, advice.
std::string to_json(const std::vector<Finding>& findings);
bool any_failed(const std::vector<Finding>& findings);

}  // namespace sotto::tools
