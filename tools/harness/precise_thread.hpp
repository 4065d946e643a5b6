#pragma once

namespace sotto::tools {

/// Lets the calling thread wake when its deadline is due: the kernel would else put it off by up to 50 us to join it
/// with other wake-ups.
void make_thread_precise();

}  // namespace sotto::tools
