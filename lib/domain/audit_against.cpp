// A head says which hash one entry has, and that hash hangs on all entries before it. So whoever changes an
// entry and makes every later hash anew, which no walk along the chain finds, is found by any head that was
// published in between. Of a chain with the entries 100 to 180, where a seal says what was cut off up to 99:
//
//   head 200    missing: the end was cut off, or an old copy of the store put in its place
//   head 150    entry 150 has to have that hash
//   head 99     the seal has to say that hash
//   head 70     needs the archive that has the entry; without one it is said that it can't be compared
//
// Somebody could make a chain anew and seal it behind the newest head, which then couldn't be compared. So a
// chain of which not even the newest head can be is a fault, and with archives any that can't be. Such a
// seal, and those before it, might also say the very hash that was published: what a seal says is worth
// something only where the chain doesn't say otherwise, and a newer head, or an archive, is right.
//
// What was appended since the newest head isn't covered by it, nor is a chain of which there is none: these
// are counted.
#include "domain/audit_against.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "base/file.h"
#include "domain/audit_record.h"
#include "store/key.h"

namespace domain {
namespace {

constexpr std::size_t kLongestLine = 4096;  // bytes

// What is wrong with the signature, or nothing.
std::string wrong_with(const SignedHead& it, std::span<const crypto::PublicKey> keys) {
  if (keys.empty()) return "";
  if (!it.is_signed()) return "is not signed";
  const std::string text = signed_text(it.head);
  bool is_known = false;
  for (const crypto::PublicKey& key : keys) {
    if (key.id() != it.signature.key_id) continue;
    is_known = true;
    if (key.verifies(text, it.signature.bytes)) return "";
  }
  return is_known ? "its signature is wrong" : "is signed by another key, " + it.signature.key_id;
}

class HeadsReader {
 public:
  HeadsReader(const std::string& name, std::span<const crypto::PublicKey> keys) : keys_(keys) {
    file_.name = name;
  }

  void add(std::string_view piece) {
    for (auto end = piece.find('\n'); end != piece.npos; end = piece.find('\n')) {
      rest_.append(piece.substr(0, end));
      line();
      piece.remove_prefix(end + 1);
    }
    if (rest_.size() <= kLongestLine) rest_.append(piece);
  }

  HeadFile finish() && {
    if (!rest_.empty()) line();
    if (file_.lines.empty() && file_.faults.empty()) file_.faults.push_back(file_.name + ": has no heads");
    return std::move(file_);
  }

 private:
  void line() {
    ++number_;
    std::string wrong;
    if (rest_.size() > kLongestLine) {
      wrong = "is too long for a head";
    } else if (const auto it = parse_head_line(rest_); !it.ok()) {
      wrong = "is no head of an audit chain: " + it.error().message;
    } else if (wrong = wrong_with(*it, keys_); wrong.empty()) {
      file_.lines.push_back({it->head, number_});
    }
    if (!wrong.empty()) file_.faults.push_back(file_.name + ":" + std::to_string(number_) + ": " + wrong);
    rest_.clear();
  }

  std::span<const crypto::PublicKey> keys_;
  HeadFile file_;
  std::string rest_;  // that is no whole line yet
  std::uint64_t number_ = 0;
};

std::string named(const Owner& chain) {
  return "audit chain of " + (chain.is_platform() ? "the platform" : "tenant " + to_string(chain));
}

}  // namespace

base::Result<HeadFile> read_heads(const HeadSource& source, std::span<const crypto::PublicKey> keys) {
  HeadsReader reader(source.name, keys);
  const auto read = base::read_pieces(source.path, [&](std::string_view piece) {
    reader.add(piece);
    return base::Result<void>();
  });
  if (!read.ok()) return read.error();
  return std::move(reader).finish();
}

HeadComparison::HeadComparison(std::vector<HeadFile> files, bool has_archives) : has_archives_(has_archives) {
  for (HeadFile& file : files) {
    const auto number = static_cast<std::uint32_t>(names_.size());
    for (const HeadFile::Line& line : file.lines) expected_.push_back({line.head, number, line.number});
    file.lines = {};
    names_.push_back(std::move(file.name));
  }
  std::stable_sort(expected_.begin(), expected_.end(), [](const Expected& a, const Expected& b) {
    return std::tie(a.head.chain, a.head.seq) < std::tie(b.head.chain, b.head.seq);
  });
}

namespace {

// For std::equal_range over what is expected.
struct ByPlace {
  using Place = std::pair<const Owner&, std::uint64_t>;
  template <typename Expected>
  bool operator()(const Expected& a, const Place& b) const {
    return std::tie(a.head.chain, a.head.seq) < std::tie(b.first, b.second);
  }
  template <typename Expected>
  bool operator()(const Place& a, const Expected& b) const {
    return std::tie(a.first, a.second) < std::tie(b.head.chain, b.head.seq);
  }
};

}  // namespace

bool HeadComparison::wants(const Owner& chain, std::uint64_t seq) const {
  return std::binary_search(expected_.begin(), expected_.end(), ByPlace::Place(chain, seq), ByPlace());
}

template <typename Fn>
void HeadComparison::each_expected(const Owner& chain, std::uint64_t seq, Fn fn) {
  const auto [begin, end] =
      std::equal_range(expected_.begin(), expected_.end(), ByPlace::Place(chain, seq), ByPlace());
  std::for_each(begin, end, fn);
}

void HeadComparison::know(const Owner& chain, std::uint64_t seq, const crypto::Sha256& hash) {
  each_expected(chain, seq, [&](Expected& it) {
    if (!it.known || *it.known == it.head.hash) it.known = hash;
  });
}

void HeadComparison::claim(const Owner& chain, std::uint64_t seq, const crypto::Sha256& hash) {
  each_expected(chain, seq, [&](Expected& it) {
    if (!it.claimed || *it.claimed == it.head.hash) it.claimed = hash;
  });
}

namespace {

// When the first entry behind the head that was published last was made; nothing where there is none. What
// can't be read is told by the walk along the chain.
base::Result<std::optional<base::Timestamp>> uncovered_since(const store::ReadTxn& txn, const Owner& chain,
                                                             const AuditHead& head, std::uint64_t published) {
  const std::uint64_t seq = std::max(published + 1, head.first());
  if (seq > head.seq) return {std::nullopt};
  const store::Key key = store::Key().uuid(to_stored(chain)).u64(seq);
  const auto value = txn.get(store::Table::kAudit, key);
  if (!value.ok()) return value.error();
  if (!*value) return {std::nullopt};
  const auto stored = unseal_audit(key, **value);
  if (!stored.ok()) return {std::nullopt};
  return {stored->entry.created_at};
}

template <typename Time>
void keep_earlier(std::optional<Time>& earliest, const std::optional<Time>& other) {
  if (other && (!earliest || *other < *earliest)) earliest = other;
}

}  // namespace

std::string HeadComparison::place(const Expected& it) const {
  return names_[it.file] + ":" + std::to_string(it.line) + ": " + named(it.head.chain) + ": entry " +
         std::to_string(it.head.seq) + ": ";
}

base::Result<ComparedHeads> HeadComparison::compare(const store::ReadTxn& txn,
                                                    const std::vector<AuditFault>& broken) const {
  std::set<Owner> passed_over;
  for (const AuditFault& fault : broken) passed_over.insert(fault.tenant);
  ComparedHeads out;
  for (auto it = expected_.begin(); it != expected_.end();) {
    const Owner& chain = it->head.chain;
    const auto head = get_audit_head(txn, chain);
    if (!head.ok()) return head.error();
    const bool is_broken = passed_over.contains(chain);
    std::uint64_t cut_off = 0, newest_cut_off = 0;
    std::uint64_t claimed = 0, newest_claimed = 0;  // behind the newest that is known
    bool is_newest_cut_off = false;
    for (; it != expected_.end() && it->head.chain == chain; ++it) {
      out.newest = std::max(out.newest.value_or(it->head.at), it->head.at);
      const auto fault = [&](const std::string& what) { out.faults.push_back(place(*it) + what); };
      const bool is_other =
          (it->known && *it->known != it->head.hash) || (it->claimed && *it->claimed != it->head.hash);
      is_newest_cut_off = false;
      if (!is_other && it->known) {
        out.same += 1 + claimed;
        claimed = 0;
      } else if (!is_other && it->claimed) {
        ++claimed;
        newest_claimed = it->head.seq;
      } else if (is_other) {
        fault("its hash is not the one published at " + to_string(it->head.at) +
              ": the chain was made anew, or is another");
      } else if (is_broken) {
        continue;
      } else if (!*head) {
        fault("was published at " + to_string(it->head.at) + ", and the store has no such chain");
      } else if ((*head)->seq < it->head.seq) {
        fault("was published at " + to_string(it->head.at) + ", and the chain ends with entry " +
              std::to_string((*head)->seq));
      } else if ((*head)->first() <= it->head.seq) {
        fault("is missing");
      } else {
        ++cut_off;
        newest_cut_off = it->head.seq;
        is_newest_cut_off = true;
      }
    }
    ++out.chains;
    const std::uint64_t published = std::prev(it)->head.seq;
    if (*head && !is_broken) {
      const auto since = uncovered_since(txn, std::prev(it)->head.chain, **head, published);
      if (!since.ok()) return since.error();
      keep_earlier(out.uncovered_since, *since);
    }
    if (claimed > 0 && !is_broken)
      out.faults.push_back(named(chain) + ": " + std::to_string(claimed) + " published heads, up to entry " +
                           std::to_string(newest_claimed) +
                           ", are of entries that were cut off, and a seal alone says their hashes" +
                           (has_archives_ ? "" : "; --archive compares them"));
    if (cut_off == 0) continue;
    const std::string what = named(chain) + ": " + std::to_string(cut_off) +
                             " published heads, up to entry " + std::to_string(newest_cut_off) +
                             ", are of entries that were cut off";
    if (has_archives_)
      out.faults.push_back(what + ", and in none of the archives that join");
    else if (is_newest_cut_off)
      out.faults.push_back(what + ", and there is none behind; --archive compares them");
    else
      out.notices.push_back(what + "; --archive compares them");
  }
  const auto scanned = txn.scan(store::Table::kAuditHead, {}, [&](std::string_view key, std::string_view) {
    if (key.size() != 16) return true;
    const Owner chain = owner_of(base::Uuid::from_raw(key));
    const auto next =
        std::lower_bound(expected_.begin(), expected_.end(), ByPlace::Place(chain, 0), ByPlace());
    if (next == expected_.end() || next->head.chain != chain) ++out.unpublished;
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  return out;
}

}  // namespace domain
