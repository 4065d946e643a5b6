#pragma once

#include <memory>

#include <sotto/result.hpp>
#include "base/secret_bytes.hpp"
#include "signaling/identity/contact_store.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/identity_file.hpp"
#include "tools/settings/account_options.hpp"

namespace sotto::tools {

/// The same files as open_identity() opens, for what needs no engine: records and keys themselves.
struct OpenedFiles {
  Places places;
  signaling::OpenedIdentity identity;
  signaling::ContactStore contacts;

  std::shared_ptr<const signaling::DeviceIdentity> self() const { return identity.keeper->current(); }
};

Result<OpenedFiles> open_files(const IdentityOptions& options);

/// Where there is room for a new identity: the folder is made. kRefused if there is one already.
Result<Places> places_for_new_identity();

}  // namespace sotto::tools
