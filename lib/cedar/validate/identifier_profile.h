#pragma once

namespace cedar {

// Whether a character may be in identifiers by Unicode's General Security Profile (UTS #39, section 3.1),
// which leaves out what is invisible, obsolete, technical or no letter, digit or mark at all. The version is
// named in identifier_profile_table.h.
bool is_in_identifier_profile(char32_t c);

}  // namespace cedar
