-- POST of the body in the file BODY, with the headers of HEADERS ("Name: value" lines), again and again; and a line
-- "RESULT requests/s p50 p99 errors" (µs) at the end. An answer without EXPECT in it counts as an error.
wrk.method = "POST"
for line in (os.getenv("HEADERS") or ""):gmatch("[^\n]+") do
  local name, value = line:match("^([^:]+): (.*)$")
  wrk.headers[name] = value
end
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open(os.getenv("BODY")):read("*a")

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

wrong = 0
local expected = os.getenv("EXPECT")
local seen = 0
-- Looking at each answer would have wrk be what is measured: one in a hundred is enough to find a server that denies.
function response(status, headers, body)
  seen = seen + 1
  if seen % 100 == 1 and expected and not body:find(expected, 1, true) then wrong = wrong + 1 end
end

function done(summary, latency)
  local e = summary.errors
  local bad = e.connect + e.read + e.write + e.status + e.timeout
  for _, thread in ipairs(threads) do bad = bad + (thread:get("wrong") or 0) end
  print(string.format("RESULT %d %d %d %d", summary.requests / (summary.duration / 1e6), latency:percentile(50),
    latency:percentile(99), bad))
end
