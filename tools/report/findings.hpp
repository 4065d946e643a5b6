#pragma once

#include <string>
#include <vector>

#include "tools/report/figures.hpp"
#include "tools/report/report_data.hpp"

namespace sotto::tools {

/// Something that a person should know of a call, in a sentence.
struct CallFinding {
  enum class Weight {
    kGood,  ///< all is well
    kNote,  ///< it limited the call; hardly anybody notices
    kBad,   ///< people see or hear it, or a check failed
  };
  Weight weight = Weight::kNote;
  std::string text;
};

/// What limited a call, the worst first; that nothing did, if so; nothing of a call in which nobody talked.
/// `figures`: of each direction, in its order.
std::vector<CallFinding> find_limits(const ReportData& report, const std::vector<DirectionFigures>& figures);

/// The same in a few words: "Nothing limited this call".
std::string headline(const ReportData& report, const std::vector<CallFinding>& findings);

}  // namespace sotto::tools
