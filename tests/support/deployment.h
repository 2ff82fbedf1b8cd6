#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/raw_client.h"
#include "tests/support/temp_dir.h"

// A configuration folder as an administrator has one, for tests of the executable: reeve.yaml, and copies of
// the shipped permissions, roles and policies that a test may edit.
class Deployment {
 public:
  static constexpr const char* kClientId = "00000000-0000-7000-8000-000000000001";
  static constexpr const char* kSecret = "a-secret-of-more-than-thirty-two-characters";

  explicit Deployment(bool with_bootstrap = true) {
    std::filesystem::copy("config", dir_ / "config", std::filesystem::copy_options::recursive);
    write("reeve.yaml",
          std::string("store: {dir: ../db}\n") +
              (with_bootstrap ? "bootstrap: {client_id: " + std::string(kClientId) + "}\n" : ""));
  }

  std::string config() const { return dir_ / "config/reeve.yaml"; }
  std::string data() const { return dir_ / "db"; }
  std::string path(const std::string& name) const { return dir_ / ("config/" + name); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  std::string read(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // `reeve serve` on a free port.
  std::unique_ptr<Process> serve(const std::map<std::string, std::string>& environment = {
                                     {"REEVE_BOOTSTRAP_SECRET", kSecret}}) const {
    return std::make_unique<Process>(Process::Options{
        {reeve(), "serve", "--config", config(), "--listen", "127.0.0.1:0"}, environment, ""});
  }

 private:
  TempDir dir_;
};

// The port in "listening on http://127.0.0.1:PORT"; 0 where the process doesn't get there.
inline std::uint16_t port_of(Process& process) {
  const auto line = process.line_that_begins("listening on http://", std::chrono::seconds(30));
  return line ? static_cast<std::uint16_t>(std::atoi(line->substr(line->rfind(':') + 1).c_str()))
              : std::uint16_t{0};
}
