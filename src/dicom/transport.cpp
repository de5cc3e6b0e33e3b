#include "harvester/dicom/transport.hpp"

#include "connection.hpp"

namespace harvester::dicom {
namespace {

class ClientLayer final : public DcmTransportLayer {
 public:
  explicit ClientLayer(const TransportOptions& options) : options_(options) {}

  DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool use_secure_layer) override {
    if (use_secure_layer) return nullptr;
    return new Connection(socket, options_, {});
  }

 private:
  TransportOptions options_;
};

}  // namespace

std::shared_ptr<DcmTransportLayer> make_transport_layer(const TransportOptions& options) {
  return std::make_shared<ClientLayer>(options);
}

}  // namespace harvester::dicom
