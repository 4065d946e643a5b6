#pragma once

#include <sotto/statistics.hpp>

namespace sotto::tools {

/// Calls `visit(name, step)` for each step of a timeline behind the dial, in their usual order, with the name that
/// reports have for it. `Timeline` is CallTimeline, const to read it.
template <typename Timeline, typename Visit>
void for_each_step(Timeline& timeline, Visit visit) {
  visit("handshake_done", timeline.handshake_done);
  visit("ringing", timeline.ringing);
  visit("path_writable", timeline.path_writable);
  visit("media_keys_ready", timeline.media_keys_ready);
  visit("accepted", timeline.accepted);
  visit("first_audio", timeline.first_audio);
  visit("first_video", timeline.first_video);
  visit("ended", timeline.ended);
}

}  // namespace sotto::tools
