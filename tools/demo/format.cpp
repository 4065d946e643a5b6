#include "tools/demo/format.hpp"

#include <cstdarg>
#include <cstdio>

namespace sotto::tools {

std::string format(const char* text, ...) {
  va_list arguments, again;
  va_start(arguments, text);
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, text, arguments);
  va_end(arguments);
  std::string made(length > 0 ? static_cast<size_t>(length) : 0, '\0');
  // A string has room for the terminating zero behind its end.
  (void)std::vsnprintf(made.data(), made.size() + 1, text, again);
  va_end(again);
  return made;
}

}  // namespace sotto::tools
