#pragma once

#include <string_view>

/// The files of page/, and those of the plotting library, as the build has put them into the program (embed.cmake).
namespace sotto::tools::page_parts {

extern const std::string_view kHtml;         ///< with marks such as {{report}} for the others
extern const std::string_view kStyle;        ///< the library's and ours
extern const std::string_view kPlots;        ///< the plotting library, dygraphs
extern const std::string_view kScript;       ///< what fills the page
extern const std::string_view kSoundScript;  ///< what fills it with replays of sound

}  // namespace sotto::tools::page_parts
