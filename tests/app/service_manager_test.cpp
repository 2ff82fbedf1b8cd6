#include "app/service_manager.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

TEST_CASE("service manager: each state is one datagram", "[app]") {
  const TempDir dir;
  const std::string path = dir / "notify";
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const auto received = [&] {
    char buffer[256];
    const auto n = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    return n < 0 ? std::string("nothing") : std::string(buffer, static_cast<std::size_t>(n));
  };

  app::ServiceManager manager(path, "30000000", std::to_string(::getpid()));
  CHECK(manager.watchdog_interval() == std::chrono::milliseconds(15000));
  manager.ready();
  CHECK(received() == "READY=1");
  manager.alive();
  CHECK(received() == "WATCHDOG=1");
  manager.stopping();
  CHECK(received() == "STOPPING=1");
  manager.status("reloaded");
  CHECK(received() == "STATUS=reloaded");
  manager.reloading();
  CHECK(received().rfind("RELOADING=1\nMONOTONIC_USEC=", 0) == 0);
  ::close(fd);
}

TEST_CASE("service manager: speaks also where no descriptor is left", "[app]") {
  const TempDir dir;
  const std::string path = dir / "notify";
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  app::ServiceManager manager(path, "", "");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  manager.alive();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  char buffer[256];
  CHECK(::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) == 10);
  ::close(fd);
}

TEST_CASE("service manager: without one, or with another process's watchdog, nothing happens", "[app]") {
  app::ServiceManager none("", "", "");
  none.ready();
  CHECK_FALSE(none.watchdog_interval());
  CHECK_FALSE(app::ServiceManager("", "1000", "1").watchdog_interval());
  CHECK_FALSE(app::ServiceManager("", "soon", "").watchdog_interval());
}
