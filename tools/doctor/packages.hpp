#pragma once

#include <string>
#include <vector>

#include "tools/doctor/finding.hpp"

namespace sotto::tools {

/// A library that sotto stands on, by its Debian package, and the first version without what was found in it.
struct LibraryFix {
  const char* package;
  const char* fixed_in;  ///< Debian version
  const char* what;      ///< "CVE-2023-5217 and later"
};
const std::vector<LibraryFix>& library_fixes();

/// Asks the package system about a package.
struct PackageState {
  std::string installed;  ///< empty: not installed as a package
  bool fixed = false;     ///< at least the version that was asked about
};
PackageState package_state(const LibraryFix& fix);

Finding judge(const LibraryFix& fix, const PackageState& state);
/// One finding a library; one in all where there is no dpkg.
std::vector<Finding> check_libraries();

}  // namespace sotto::tools
