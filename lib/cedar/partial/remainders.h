#pragma once
#include <cstddef>
#include <memory>
#include <optional>

#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/partial/part.h"
#include "cedar/value.h"

namespace cedar {

// Makes the trees of what remains, as many nodes as it may, and keeps them. Once something didn't fit it says
// so, and gives a leaf that means nothing. For one thread.
class Remainders {
 public:
  explicit Remainders(std::size_t most) : left_(most), pool_(std::make_shared<ExprPool>()) {}

  ExprRef add(ExprNode&&, SourceRange at);

  // The expression that a part stands for: of a value what makes it, of a failure what fails by its message.
  ExprRef expr(const Part&, SourceRange at);

  const std::optional<base::Error>& failed() const { return failed_; }
  std::shared_ptr<const ExprPool> pool() const { return pool_; }

 private:
  ExprRef value(const Value&, SourceRange at);
  ExprRef call(ExtFunction, std::string text, SourceRange at);
  bool may_take(std::size_t nodes);

  std::size_t left_;
  std::shared_ptr<ExprPool> pool_;
  std::optional<base::Error> failed_;
};

}  // namespace cedar
