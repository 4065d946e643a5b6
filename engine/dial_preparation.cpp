#include "engine/dial_preparation.hpp"

namespace sotto::engine {

DialPreparation::DialPreparation(const std::optional<signaling::KnownAccount>& known, bool has_directory,
                                 bool relays_first, WallTime now)
    : known_(known.has_value()), awaits_directory_(has_directory), relays_missing_(relays_first) {
  if (!known) return;
  if (known->blocked) {
    problem_ = EndReason::kBlocked;
  } else if (known->key_changed) {
    problem_ = EndReason::kKeyChanged;
  } else if (auto usable = signaling::verify_bundle(known->pinned.bundle, now, &known->pinned)) {
    peer_ = std::move(*usable);
  } else if (!has_directory) {
    problem_ = EndReason::kOutdated;
  }
}

void DialPreparation::on_directory(DirectoryVerdict verdict) {
  awaits_directory_ = false;
  if (problem_ != EndReason::kNone) return;
  if (verdict.problem != EndReason::kNone) {
    problem_ = verdict.problem;
  } else if (verdict.peer) {
    peer_ = std::move(verdict.peer);
  } else if (!peer_) {
    problem_ = EndReason::kOutdated;
  }
}

void DialPreparation::on_no_directory() {
  awaits_directory_ = false;
  if (!peer_ && problem_ == EndReason::kNone) problem_ = EndReason::kNoServer;
}

void DialPreparation::on_relays(bool any) {
  if (!relays_missing_) return;
  relays_missing_ = false;
  if (!any && problem_ == EndReason::kNone) problem_ = EndReason::kNoRelay;
}

DialPreparation::Step DialPreparation::step() const {
  if (problem_ != EndReason::kNone) return Step::kEnd;
  if (!peer_ || relays_missing_) return Step::kWait;
  return Step::kDial;
}

}  // namespace sotto::engine
