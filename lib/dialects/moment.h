#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/error.h"
#include "base/function_ref.h"
#include "dialects/call.h"
#include "dialects/reply.h"
#include "dialects/route.h"
#include "http/message.h"

// `at`: the moment that a read is about, where it isn't now (api/history.h). A route says that it takes one;
// its handler answers by answer_at(), and a list's cursors are bound to the moment and to the revision that
// its first page was of.
namespace dialects {

// Whether the query names one, of a route that takes it.
bool names_moment(const http::Request&, const Route&);

// Puts it into call.at: from the query or, where the route takes it there, from the body, which has it no
// more then. kInvalidInput, naming what is wrong with the query.
api::Outcome<void> read_moment(Call&);

// Answers by fn with a read of the call's moment, and says in `as_of` which that was; of a call that names
// none with `read`.
Answer answer_at(const Call&, const api::Read& read, const domain::TenantId&,
                 base::FunctionRef<Answer(const api::Read& then)> fn);

// The name by which cursors of the call's list are made and read.
std::string list_name(const Call&);

// Adds the revision that the page is of to where the list goes on, if it does and the call names a moment.
void mark_place(const Call&, const api::Read& then, std::string& next);

// Where a cursor says that the call's list goes on; nothing where it is none of this list.
std::optional<std::string> place_in(const Call&, std::string_view cursor);

}  // namespace dialects
