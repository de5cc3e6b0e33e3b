#pragma once

#include <filesystem>
#include <vector>

#include "objects.hpp"

namespace harvester::bench {

/// Sends the objects over `senders` associations at once, each one object after the other, by a sender that costs next
/// to nothing: bytes encoded beforehand, no Nagle. Returns seconds; throws if one is not answered 0000H.
double send_fast(const std::vector<Object>& objects, int senders, const std::string& called_ae, int port);

/// The same by `senders` processes of Debian's storescu as it comes, Nagle on. The folders hold the shares.
double send_by_storescu(const std::vector<std::filesystem::path>& folders, const std::string& called_ae, int port);

}  // namespace harvester::bench
