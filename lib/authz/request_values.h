#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cedar/declared_types.h"
#include "cedar/value.h"

namespace authz {

// A value that a request has and policies don't see, since their language has nothing of that kind.
struct NotHeld {
  std::string pointer;  // a JSON pointer into the request: "/resource/properties/weight"
  std::string why;      // one sentence
};

// Makes values for policies out of the JSON of requests and of stored entities:
//
//   null                        nothing: as if the member, or the element, weren't there
//   an integral number          Long, also 2.0 and 1e3
//   any other number            decimal, of four digits, half to even
//   an array, an object         a set, a record; {"__entity": …} and {"__extn": …} what they stand for
//
// What can't be a value (a number too large, an escape that names nothing) is left out and noted.
//
// Where a schema says of which type a value is, texts become what it says (an address, a time), {"type",
// "id"} an entity, and an integral number a decimal. Members that it doesn't declare are left out, and a
// value of another type than it says is a mistake.
class RequestValues {
 public:
  // Of members inside a value that a schema doesn't declare.
  enum class Undeclared : std::uint8_t { kLeftOut, kKept };

  // What a request holds is told by its place in it. `schema` may be null, and must outlive this, as `notes`.
  RequestValues(const cedar::Schema* schema, std::vector<NotHeld>& notes,
                Undeclared undeclared = Undeclared::kLeftOut)
      : schema_(schema), notes_(notes), keeps_undeclared_(undeclared == Undeclared::kKept) {}

  // The members of an object, `pointer` being where it stands. With a type, of a record, only those that it
  // declares. kInvalid, which begins with the pointer, for one that is of another type than it declares.
  // REQUIRES: object.object()
  base::Result<std::vector<cedar::Record::Field>> members(const base::Json& object, std::string_view pointer,
                                                          cedar::TypeRef type) const;

  // The members of an object that are all of one type, which may be null. One of another type is left as it
  // is. REQUIRES: object.object()
  std::vector<cedar::Record::Field> tags(const base::Json& object, cedar::TypeRef type) const;

  // One value, of any type where that is null; nothing where there is none, which is noted but of null.
  // Whether it is of the type isn't looked at.
  std::optional<cedar::Value> value(const base::Json&, const std::string& pointer, cedar::TypeRef) const;

 private:
  std::optional<cedar::Value> record(const base::Json&, const std::string& pointer, cedar::TypeRef) const;
  std::optional<cedar::Value> number(double, const std::string& pointer, cedar::TypeRef) const;
  std::optional<cedar::Value> not_held(const std::string& pointer, std::string why) const;

  const cedar::Schema* const schema_;
  std::vector<NotHeld>& notes_;
  const bool keeps_undeclared_;
};

// The decimal nearest to a number, which is taken as it is written when it is written shortest; of two that
// are as near the even one. Nothing where decimals don't reach that far.
std::optional<cedar::Decimal> nearest_decimal(double);

}  // namespace authz
