-- POST /v1/groups, each with a new name; stops at 2,500 of them.
wrk.headers["X-Tenant-ID"] = os.getenv("TENANT")
wrk.headers["Authorization"] = "Bearer " .. os.getenv("KEY")
wrk.headers["Content-Type"] = "application/json"

local n = 0
function request()
  n = n + 1
  if n > 2500 then return wrk.format("GET", "/v1/me") end
  return wrk.format("POST", "/v1/groups", nil, string.format('{"name":"group %d"}', n))
end
