#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cedar/cedar.h"
#include "cedar/schema.h"

// What the Cedar commands read: the flags that several of them share, and the files these name. A path `-` is
// standard input.
namespace cli {

// In which of the language's two forms a file is.
enum class Syntax { kCedar, kJson };

struct PoliciesInput {
  std::string file = "-";
  Syntax syntax = Syntax::kCedar;
  std::string links;  // file of template links; empty: none
};

struct SchemaInput {
  std::string file;  // empty: none
  Syntax syntax = Syntax::kCedar;
};

// Uids as policies write them: User::"alice". Empty: not given.
struct RequestInput {
  std::string principal;
  std::string action;
  std::string resource;
  std::string context;       // file of a JSON object; empty: an empty record
  std::string request_json;  // file of {"principal", "action", "resource", "context"}, instead of the above
  bool is_validated = true;  // against the schema, where there is one; the context is in any case read by it
};

// A request as far as it was given.
struct PartialRequest {
  std::optional<cedar::EntityUid> principal;
  std::optional<cedar::EntityUid> action;
  std::optional<cedar::EntityUid> resource;
  cedar::Record context;
};

// A request as texts: uids as policies write them, the context in JSON.
struct RequestTexts {
  std::string principal;
  std::string action;
  std::string resource;
  std::string context;
};

// Reads and validates such a request, under the schema unless it is null.
base::Result<cedar::Request> make_request(const RequestTexts&, const cedar::Schema*);

// Reads files for one command. Messages begin with the file's name. Standard input is read at most once.
class CedarInput {
 public:
  // The whole text, which is UTF-8.
  base::Result<std::string> text(const std::string& path);

  // Policies are called by their @id where they have one, as the official command does, else policy0, ….
  base::Result<cedar::PolicySet> policies(const PoliciesInput&);

  // Null where no schema is named.
  base::Result<std::shared_ptr<const cedar::Schema>> schema(const SchemaInput&);

  // Under the schema, unless it is null; with it the schema's actions are among the entities.
  base::Result<cedar::Entities> entities(const std::string& path, const cedar::Schema*);

  // The context is read by the schema, unless that is null or no action is given.
  base::Result<PartialRequest> partial_request(const RequestInput&, const cedar::Schema*);

  // A whole request, validated against the schema unless that is null or is not wanted.
  base::Result<cedar::Request> request(const RequestInput&, const cedar::Schema*);

 private:
  base::Result<std::string> standard_input();

  bool has_read_stdin_ = false;
};

// JSON where the name ends in `.json`, else Cedar's syntax; for files whose form no flag gives.
Syntax syntax_of(const std::string& path);

// What a path is called in messages.
std::string shown_name(const std::string& path);

// Adds the links of a file to the policies; an empty file has none:
// [{"template_id", "link_id", "args": {"?principal": "User::\"a\""}}].
base::Result<void> add_links(cedar::PolicySet&, std::string_view json, const std::string& file_name);

// A slot's value, `User::"alice"`. `name` is the slot, as `?principal`.
base::Result<void> set_slot(cedar::SlotValues&, const std::string& name, const std::string& uid);

}  // namespace cli
