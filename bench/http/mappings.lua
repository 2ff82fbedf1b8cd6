-- POST /v1/groups/{id}/roles, no two the same: PART says which roles this run may use (30 of the 600 for each
-- of 20 parts), so that runs after another never meet. One thread of wrk, since each would start anew.
wrk.headers["X-Tenant-ID"] = os.getenv("TENANT")
wrk.headers["Authorization"] = "Bearer " .. os.getenv("KEY")
wrk.headers["Content-Type"] = "application/json"

local groups = {}
for id in io.lines(os.getenv("GROUPS_FILE")) do groups[#groups + 1] = id end
local part = tonumber(os.getenv("PART"))
local n = 0

function request()
  local role = (part - 1) * 30 + math.floor(n / #groups) + 1
  local group = groups[n % #groups + 1]
  n = n + 1
  return wrk.format("POST", "/v1/groups/" .. group .. "/roles", nil, string.format('{"role":"r%d"}', role))
end

function done(summary, latency)
  local e = summary.errors
  local bad = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("RESULT %d %d %d %d", summary.requests / (summary.duration / 1e6), latency:percentile(50),
    latency:percentile(99), bad))
end
