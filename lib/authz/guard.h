#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/authority.h"
#include "authz/described_calls.h"
#include "base/result.h"
#include "base/time.h"
#include "cedar/cedar.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

class StoreEntities;

// What is being asked of the guard: may `subject` do `action` to `resource`, in this context?
struct Question {
  const Subject& subject;
  domain::Owner tenant;       // whose things are touched
  std::string_view action;    // "role:update"
  bool changes = false;       // the action is in Action::"write", else in Action::"read"
  std::string_view scope;     // the permission that the operation needs; empty: none
  cedar::EntityUid resource;  // Role::"approver", Group::"<uuid>", Tenant::"<uuid>" …; need not exist
  domain::ResourceText on;    // the same as mappings name it, where there can be mappings on it; else empty
  cedar::Record proposed;     // describes the change; empty for reads
  base::Timestamp now;
  std::string_view ip, request_id;
};

struct Answer {
  bool allowed = false;
  std::vector<std::string> policies;  // ids of the determining policies, those that failed and so refuse too
  std::vector<std::string>
      notices;       // of a refusal: their @notice texts, or one of our own where there is none
  std::string code;  // of a refusal: the first of their @code texts, such as "system_role"
};

// How many steps a question may take, here or of a tenant's policies: a few tenths of a second at most. What
// takes more is answered no.
inline constexpr std::uint64_t kMostSteps = 10'000'000;

// What happens with a forbid that can't be evaluated. A permit that can't be evaluated never grants anything.
enum class OnError : std::uint8_t {
  kDeny,   // it refuses, as one that holds
  kCedar,  // it is skipped, by the language's own rule
};

using SchemaPtr = std::shared_ptr<const cedar::Schema>;

// Reads the file that describes what policies see (config/reeve.cedarschema).
base::Result<SchemaPtr> load_schema(const std::string& file);

// The same of a text, whose name in messages is `file`.
base::Result<SchemaPtr> parse_schema(std::string_view text, std::string_view file);

// The guard policies as loaded: immutable, shared by all threads, replaced whole on reload. A policy's id is
// its @id("…"), else "file:line".
class Guard {
 public:
  // Reads all *.cedar files of the folder, in order of name; messages have their paths. With a schema every
  // policy must be valid under it, and its warnings are logged. Fails with the first error of every file, or,
  // where they all parse, with all errors that the schema finds; and where there is no policy, since then
  // nobody could do anything.
  static base::Result<std::shared_ptr<const Guard>> load(const std::string& folder,
                                                         SchemaPtr schema = nullptr,
                                                         OnError = OnError::kDeny);

  // One text; `file` is its name in messages and ids.
  static base::Result<std::shared_ptr<const Guard>> from_text(std::string_view text, std::string_view file,
                                                              SchemaPtr schema = nullptr,
                                                              OnError = OnError::kDeny);

  // Never fails: a policy that can't be evaluated is logged with its place and grants nothing; if it is a
  // forbid, OnError says what then. Where the store can't be read, the question isn't one that the schema
  // describes, or policies take more than kMostSteps, the answer is no.
  Answer ask(const Question&, const store::ReadTxn&, const domain::Catalogue&) const;

  std::size_t size() const { return policies_.size(); }

 private:
  Guard(const cedar::PolicySet& policies, SchemaPtr schema, OnError);
  static base::Result<std::shared_ptr<const Guard>> make(const cedar::PolicySet& policies, SchemaPtr schema,
                                                         OnError);

  std::optional<Answer> undescribed(const Question&, const cedar::Request&, const DescribedCall* known) const;
  std::vector<std::string> failures(const Question&, const cedar::Verdict&, const cedar::Request&,
                                    const StoreEntities&) const;

  const cedar::CompiledPolicies policies_;
  const SchemaPtr schema_;  // null where policies are not checked
  const DescribedCalls described_;
  const OnError on_error_;
};

}  // namespace authz
