#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "dialects/list_source.h"
#include "http/body_source.h"

namespace dialects {

// A long body that is no list, such as a backup. The caller is looked at anew before each piece: a credential
// that is revoked meanwhile ends the answer.
class WatchedSource final : public http::BodySource {
 public:
  // `name` is the request's, for the log.
  WatchedSource(std::shared_ptr<http::BodySource> source, ListSource::ReadAnew read, std::string name)
      : source_(std::move(source)), read_(std::move(read)), name_(std::move(name)) {}

  base::Result<Piece> next() override {
    const auto may = read_([](const api::Read&) {});
    if (may.ok()) return source_->next();
    return base::Error{base::ErrorCode::kConflict, "request " + name_ + ": " + may.error().message};
  }
  bool when_ready(std::function<void()> ask) override { return source_->when_ready(std::move(ask)); }
  void let_go() override { source_->let_go(); }
  std::optional<std::uint64_t> size() const override { return source_->size(); }

 private:
  const std::shared_ptr<http::BodySource> source_;
  const ListSource::ReadAnew read_;
  const std::string name_;
};

}  // namespace dialects
