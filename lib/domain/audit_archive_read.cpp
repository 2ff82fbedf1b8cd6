// An archive is read as it comes: bytes into lines, lines into entries, each of which has to follow the one
// before. All bytes are hashed, also those behind the first thing that is wrong.
#include <utility>

#include "base/file.h"
#include "base/gzip.h"
#include "domain/audit_join.h"
#include "domain/audit_record.h"

namespace domain {
namespace {

constexpr std::size_t kMostOfLine = std::size_t{1} << 28U;  // bytes; far beyond what an entry is

class ArchiveReader {
 public:
  using Wants = base::FunctionRef<bool(const Owner&, std::uint64_t seq)>;
  ArchiveReader(const std::string& path, Wants wants) : wants_(wants) { archive_.path = path; }

  void add(std::string_view piece) {
    file_hash_.add(piece);
    if (!archive_.fault.empty()) return;
    if (const auto done = gunzip_.add(piece, text_); !done.ok()) archive_.fault = done.error().message;
    std::string_view rest = text_;
    for (auto end = rest.find('\n', looked_at_); end != rest.npos; end = rest.find('\n')) {
      line(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      if (!archive_.fault.empty()) return;
    }
    text_.erase(0, text_.size() - rest.size());
    looked_at_ = text_.size();
    if (text_.size() > kMostOfLine) archive_.fault = at_line() + "is too long for an entry";
  }

  ReadArchive finish() && {
    archive_.file_hash = file_hash_.finish();
    if (archive_.fault.empty() && !gunzip_.complete()) archive_.fault = "is cut short";
    if (archive_.fault.empty() && (!text_.empty() || lines_ == 0))
      archive_.fault = "doesn't end with a whole line";
    return std::move(archive_);
  }

 private:
  std::string at_line() const { return "line " + std::to_string(lines_ + 1) + ": "; }

  void line(std::string_view text) {
    const auto entry = parse_audit_text(text);
    if (!entry.ok()) {
      archive_.fault = at_line() + "is no audit entry: " + entry.error().message;
    } else if (lines_ == 0) {
      archive_.tenant = entry->tenant;
      archive_.from = entry->seq;
      archive_.prev_hash = entry->prev_hash;
    } else if (entry->tenant != archive_.tenant || entry->seq != archive_.to + 1) {
      archive_.fault = at_line() + "is not entry " + std::to_string(archive_.to + 1) + " of the chain";
    } else if (entry->prev_hash != archive_.hash) {
      archive_.fault = at_line() + "prev_hash is not the hash of the line before";
    }
    if (!archive_.fault.empty()) return;
    const auto seal = read_seal(*entry);
    if (!seal.ok()) {
      archive_.fault = at_line() + seal.error().message;
      return;
    }
    if (*seal) archive_.seals.push_back({**seal, entry->seq, entry->hash});
    if (wants_(entry->tenant, entry->seq)) archive_.noted.emplace(entry->seq, entry->hash);
    archive_.to = entry->seq;
    archive_.hash = entry->hash;
    ++lines_;
  }

  const Wants wants_;
  ReadArchive archive_;
  crypto::Sha256Stream file_hash_;
  base::Gunzip gunzip_;
  std::string text_;           // that is no whole line yet
  std::size_t looked_at_ = 0;  // bytes of it have no line end
  std::uint64_t lines_ = 0;    // that are right
};

}  // namespace

base::Result<ReadArchive> read_archive(const std::string& path,
                                       base::FunctionRef<bool(const Owner&, std::uint64_t seq)> wants) {
  ArchiveReader reader(path, wants);
  const auto read = base::read_pieces(path, [&](std::string_view piece) {
    reader.add(piece);
    return base::Result<void>();
  });
  if (!read.ok()) return read.error();
  return std::move(reader).finish();
}

}  // namespace domain
