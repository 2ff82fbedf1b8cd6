#pragma once
#include "http/message.h"

namespace http {

// Whether the request may come from a page of another site. A browser sends some requests from any page
// without asking the server first (Fetch, "no-cors"), so where a body of any type is read as JSON the request
// itself has to tell: by Sec-Fetch-Site that is neither same-origin nor none, or by an Origin ("null" too)
// whose host and port are not those of Host. A port that isn't written is the one that Origin's scheme has by
// default, also in Host, since only a proxy in front may know the scheme. Neither header: no browser, or an
// old one's own page, and false.
bool crosses_sites(const Request&);

}  // namespace http
