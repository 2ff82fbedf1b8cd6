-- The headers every request carries, and a line "RESULT requests/s p50 p99 errors" (µs) at the end.
wrk.headers["X-Tenant-ID"] = os.getenv("TENANT")
wrk.headers["Authorization"] = "Bearer " .. (os.getenv("KEY") or "")

function done(summary, latency)
  local e = summary.errors
  local bad = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("RESULT %d %d %d %d", summary.requests / (summary.duration / 1e6), latency:percentile(50),
    latency:percentile(99), bad))
end
