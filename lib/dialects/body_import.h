#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/service.h"
#include "dialects/reply.h"

namespace dialects {

struct Call;

// What a call makes of a body that comes as it is sent, of any length: changes, one after the other, so that
// what is in memory doesn't grow with it. On threads of the pool, one at a time.
class BodyImport {
 public:
  virtual ~BodyImport() = default;

  // How much of the body it keeps at one time, in bytes.
  virtual std::size_t memory() const = 0;

  // Takes the next bytes; then that these were all, or that the rest will not come.
  virtual void take(std::string bytes) = 0;
  virtual void end() = 0;
  virtual void cut() = 0;

  // A change that is to be made before more is taken; nothing where there is none yet. made() says that the
  // last one is on disk.
  virtual std::optional<api::ChangeFunction> change() = 0;
  virtual void made() = 0;

  // Why nothing more is to be taken, and the call fails, once there is no change to be made any more.
  virtual const std::optional<api::Error>& failure() const = 0;

  // The answer to a body of which all is made; and an error's body with what was made until then.
  virtual Reply answer() = 0;
  virtual std::string told_how_far(std::string error_body) const = 0;
};

// Looks at everything but the body, and whether the caller may at all, on one snapshot, before anything of
// the body is read.
using ImportHandler = api::Outcome<std::unique_ptr<BodyImport>> (*)(const Call&, const api::Read&);

}  // namespace dialects
