// docs/differences.md lists the calls of /v1beta1 that there are.
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "dialects/routes.h"
#include "dialects/v1beta1/dialect.h"
#include "tests/support/catch.h"

TEST_CASE("differences: every call of /v1beta1 is in the table, and no other", "[http]") {
  std::map<std::string, std::set<std::string>> said, made;
  std::ifstream document("docs/differences.md");
  for (std::string line; std::getline(document, line);) {
    if (!line.starts_with("| `/")) continue;
    std::istringstream cells(line);
    std::string path, methods;
    std::getline(cells.ignore(2), path, '|');
    std::getline(cells, methods, '|');
    path = path.substr(1, path.rfind('`') - 1);
    std::istringstream words(methods);
    for (std::string word; words >> word;) said[path].insert(word.substr(1, word.size() - 2));
  }
  for (const dialects::Route& route : dialects::all_routes())
    if (route.dialect == &dialects::v1beta1::kDialect)
      made[std::string(route.path)].insert(std::string(http::name_of(route.method)));
  CHECK(said == made);
}
