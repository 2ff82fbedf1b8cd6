#include "cli/connection_flags.h"

#include <CLI/CLI.hpp>

#include "client/connection.h"

namespace cli {

const char* const kOfServer =
    "With --server, or REEVE_SERVER, that server is asked, with the credential in REEVE_CREDENTIAL or in the\n"
    "file of --credential-file or REEVE_CREDENTIAL_FILE (0600).";

CLI::Option* add_connection(CLI::App* c, client::Given& given) {
  CLI::Option* const server =
      c->add_option("--server", given.server, "http(s)://HOST:PORT, or the path of a unix socket")
          ->type_name("URL");
  c->add_option("--credential-file", given.credential_file,
                "An API key, or CLIENT_ID:CLIENT_SECRET; mode 0600")
      ->type_name("FILE");
  c->add_option("--ca", given.authorities, "Certificates to trust instead of the system's; else REEVE_CA")
      ->type_name("FILE");
  c->add_flag("--insecure", given.insecure, "Send the credential over a network without TLS");
  return server;
}

}  // namespace cli
