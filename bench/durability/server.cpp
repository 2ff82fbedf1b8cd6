#include "bench/durability/server.h"

#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"

namespace durability {
namespace {

constexpr const char* kSecret = "durability-secret-of-more-than-32-characters";

std::string write_config(const TempDir& dir) {
  const std::string here = std::filesystem::current_path().string();
  const std::string path = dir / "reeve.yaml";
  std::ofstream(path) << "log: {level: warn}\nstore: {dir: " << (dir / "db")
                      << "}\nbootstrap: {client_id: 00000000-0000-7000-8000-000000000001}\npolicies: " << here
                      << "/config/policies\nschema: " << here
                      << "/config/reeve.cedarschema\npermissions: " << here
                      << "/config/permissions.yaml\nroles: " << here << "/config/roles.yaml\n";
  return path;
}

Process::Options serve(const Store& store, const std::map<std::string, std::string>& environment) {
  Process::Options options{
      {reeve(), "serve", "--config", store.config(), "--listen", "127.0.0.1:0", "--data", store.data()},
      environment};
  options.environment["REEVE_BOOTSTRAP_SECRET"] = kSecret;
  return options;
}

}  // namespace

Store::Store() : config_(write_config(dir_)), data_(dir_ / "db") {}

std::string Store::broken_chains() const {
  const auto verified = run({reeve(), "audit", "verify", "--config", config_, "--data", data_});
  return verified.code == 0 ? "" : verified.err;
}

Server::Server(const Store& store, const std::map<std::string, std::string>& environment)
    : process_(serve(store, environment)) {
  const auto line = process_.line_that_begins("listening on ", std::chrono::seconds(20));
  if (line) port_ = static_cast<std::uint16_t>(std::atoi(line->substr(line->rfind(':') + 1).c_str()));
}

void Server::kill() {
  process_.signal(SIGKILL);
  process_.wait();
}

std::string Server::said() {
  process_.wait(std::chrono::seconds(1));
  return process_.err();
}

std::string request(const std::string& method, const std::string& path, const std::string& tenant,
                    const std::string& body) {
  return method + " " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + kSecret + "\r\n" +
         (tenant.empty() ? "" : "X-Tenant-ID: " + tenant + "\r\n") +
         (body.empty()
              ? ""
              : "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") +
         "\r\n" + body;
}

std::string id_in(const RawResponse& response) {
  const auto json = base::parse_json(response.body);
  const base::Json* id = json.ok() ? json->find("id") : nullptr;
  return id && id->string() ? *id->string() : "";
}

std::string make_tenant(std::uint16_t port) {
  RawClient client = RawClient::to_port(port);
  const auto response =
      client.ask(request("POST", "/v1/tenants", "", R"({"name":"Durability","slug":"durability"})"));
  return response && response->status == 201 ? id_in(*response) : "";
}

std::size_t missing(std::uint16_t port, const std::string& tenant, const std::vector<std::string>& ids) {
  std::size_t lost = 0;
  RawClient client = RawClient::to_port(port);
  for (const std::string& id : ids) {
    const auto response = client.ask(request("GET", "/v1/groups/" + id, tenant, ""));
    if (!response || response->status != 200) ++lost;
  }
  return lost;
}

}  // namespace durability
