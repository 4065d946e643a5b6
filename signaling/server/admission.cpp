#include "signaling/server/admission.hpp"

namespace sotto::signaling {

Admission::Decision Admission::admit(LinkId link, const NetworkPrefix& prefix) {
  Decision decision;
  const auto same_prefix = by_prefix_.find(prefix);
  if (same_prefix != by_prefix_.end() && same_prefix->second.size() >= limits_.unauthenticated_per_prefix) {
    decision.closes = same_prefix->second.front();
  } else if (links_.size() >= limits_.links) {
    if (waiting_.empty()) return decision;
    decision.closes = waiting_.front();
  }
  if (decision.closes) on_closed(*decision.closes);
  decision.admitted = true;
  Link& added = links_[link];
  added.prefix = prefix;
  added.place = waiting_.insert(waiting_.end(), link);
  Waiting& of_prefix = by_prefix_[prefix];
  added.place_in_prefix = of_prefix.insert(of_prefix.end(), link);
  return decision;
}

void Admission::on_signed_in(LinkId link) {
  if (const auto found = links_.find(link); found != links_.end()) stop_waiting(found->second);
}

void Admission::on_closed(LinkId link) {
  const auto found = links_.find(link);
  if (found == links_.end()) return;
  stop_waiting(found->second);
  links_.erase(found);
}

void Admission::stop_waiting(Link& link) {
  if (!link.waits) return;
  link.waits = false;
  waiting_.erase(link.place);
  const auto of_prefix = by_prefix_.find(link.prefix);
  of_prefix->second.erase(link.place_in_prefix);
  if (of_prefix->second.empty()) by_prefix_.erase(of_prefix);
}

}  // namespace sotto::signaling
