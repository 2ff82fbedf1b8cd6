#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cedar/cedar.h"
#include "sql/fragment.h"

// Databases with a table `docs` of rows of judged::Generator, and columns whose collations tell as little
// apart as they can.
namespace judged {

class Database {
 public:
  virtual ~Database() = default;

  virtual sql::Dialect dialect() const = 0;

  // Whether a text may have a NUL.
  virtual bool takes_nuls() const = 0;

  // Once, before select().
  virtual void fill(const std::vector<cedar::Entity>& rows) = 0;

  // The ids of the rows, which are called `r`, for which each condition is true.
  virtual std::vector<std::set<std::string>> select(const std::vector<sql::Statement>& conditions) = 0;
};

std::unique_ptr<Database> make_sqlite();

// By its program `psql` or `mariadb`, on the server whose socket is in the folder POSTGRES_SOCKETS, or is the
// file MARIADB_SOCKET; tests/sql/servers.sh starts them. Every other call to select() has other settings that
// change how texts are read.
std::unique_ptr<Database> make_postgres();
std::unique_ptr<Database> make_mariadb();

}  // namespace judged
