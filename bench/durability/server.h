#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/raw_client.h"
#include "tests/support/temp_dir.h"

// What the rounds share: a store, servers on it, and requests to them.
namespace durability {

// A folder with a configuration and, once a server ran, a store; removed at the end.
class Store {
 public:
  Store();
  const std::string& config() const { return config_; }
  const std::string& data() const { return data_; }
  std::string file(const std::string& name) const { return dir_ / name; }

  // Walks the audit chains; "" if they are whole, else what was said.
  std::string broken_chains() const;

 private:
  TempDir dir_;
  std::string config_, data_;
};

// `reeve serve` on a store, on a port of its own; killed at the end.
class Server {
 public:
  explicit Server(const Store& store, const std::map<std::string, std::string>& environment = {});
  bool ready() const { return port_ != 0; }
  std::uint16_t port() const { return port_; }
  void kill();

  // What it wrote to its standard error. REQUIRES: it was killed, or did not become ready
  std::string said();

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

// A request with the platform's credential.
std::string request(const std::string& method, const std::string& path, const std::string& tenant,
                    const std::string& body);

// The "id" of an answer, or "".
std::string id_in(const RawResponse& response);

// The id of a new tenant, or "" if it can't be made.
std::string make_tenant(std::uint16_t port);

// How many groups of these ids are not answered with 200.
std::size_t missing(std::uint16_t port, const std::string& tenant, const std::vector<std::string>& ids);

}  // namespace durability
