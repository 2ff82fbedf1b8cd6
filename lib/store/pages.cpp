// The walk begins at a meta page and goes down three kinds of trees: that of free pages, that of tables, and
// the table's that each entry of the latter names. A page's keys must lie between the separators to its left
// and right in the pages above, since those are what a search follows:
//
//   branch  [-, "m"]            page 9 holds "a" and "p": "p" is out of order, for whoever looks for it goes
//           page 9, page 4      to page 4, and is told that it isn't there
//
// A bit that flips in a key therefore shows where it changes the order. Where it doesn't, the page is as good
// as any, and what is in it is judged by those who know what it means (domain/check.h).
//
// Each page is marked once, used or free, which finds a tree that grew into another, and a free page that is
// still read: the next change would overwrite it.
#include "store/pages.h"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "store/env.h"
#include "store/page_file.h"

namespace store {
namespace {

constexpr std::uint32_t kMagic = 0xBEEFC0DE, kVersion = 1;
constexpr std::uint16_t kIntegerKeys = 8;  // a tree's flag
constexpr std::size_t kDeepest = 32;       // LMDB's own limit
constexpr int kTries = 100;                // to read what is being written
constexpr std::size_t kMostFaults = 1000;  // that are kept until it is known that they are some

enum class Mark : std::uint8_t { kNone, kUsed, kFree };

enum class Kind { kFree, kTables, kTable };

// The tree that is being walked.
struct Walked {
  Kind kind = Kind::kTable;
  std::string name;
  Tree tree;
  std::uint64_t branch_pages = 0, leaf_pages = 0, overflow_pages = 0, entries = 0;
  bool damaged = false;  // by which the counts are off
};

// Between which the keys of a page must be; what is empty is no bound.
struct Bounds {
  std::string_view from, to;
};

class Walk {
 public:
  Walk(int fd, const Meta& meta, TellPage tell, const std::stop_token& stop, TableNames names)
      : file_(fd), meta_(meta), tell_(tell), stop_(stop), names_(names), buffers_(kDeepest) {}

  base::Result<PagesChecked> run() {
    marks_.assign(meta_.last_page + 1, Mark::kNone);
    for (PageNumber page = 0; page < kMetaPages; ++page) marks_[page] = Mark::kUsed;
    Walked tables{Kind::kTables, "the list of tables", meta_.tables};
    walk(tables);
    for (auto& [name, tree] : tables_) {
      Walked table{Kind::kTable, std::move(name), tree};
      walk(table);
    }
    Walked free{Kind::kFree, "the list of free pages", meta_.free};
    walk(free);  // last: what else is used is known by now
    if (stop_.stop_requested())
      return base::Error{base::ErrorCode::kConflict, "stopped before all pages were read"};
    for (const Mark mark : marks_) {
      checked_.used += mark == Mark::kUsed;
      checked_.free += mark == Mark::kFree;
      checked_.lost += mark == Mark::kNone;
    }
    return checked_;
  }

 private:
  void fault(Walked& walked, PageNumber page, const std::string& what) {
    walked.damaged = true;
    say("page " + std::to_string(page) + " (" + walked.name + "): " + what);
  }
  void fault(Walked& walked, const std::string& what) {
    walked.damaged = true;
    say(walked.name + ": " + what);
  }
  void say(std::string&& sentence) {
    ++checked_.faults;
    if (more_) more_ = tell_(std::move(sentence));
  }

  void walk(Walked& walked) {
    const Tree& tree = walked.tree;
    const std::uint16_t flags = walked.kind == Kind::kFree ? kIntegerKeys : 0;
    if (tree.flags != flags || (walked.kind == Kind::kTable && tree.pad != 0))
      fault(walked, "its record has flags that we never set");
    if ((tree.root == kNoPage) != (tree.depth == 0) || tree.depth > kDeepest)
      return fault(walked, "its record has a depth of " + std::to_string(tree.depth));
    if (tree.root != kNoPage) page(walked, tree.root, 1, {});
    if (walked.damaged || stop_.stop_requested()) return;
    compare(walked, "branch pages", walked.branch_pages, tree.branch_pages);
    compare(walked, "leaf pages", walked.leaf_pages, tree.leaf_pages);
    compare(walked, "overflow pages", walked.overflow_pages, tree.overflow_pages);
    compare(walked, "entries", walked.entries, tree.entries);
  }

  void compare(Walked& walked, const char* what, std::uint64_t found, std::uint64_t said) {
    if (found == said) return;
    fault(walked,
          "has " + std::to_string(found) + " " + what + ", and its record says " + std::to_string(said));
  }

  // Marks pages that follow each other as used by the tree; false where they can't be.
  bool take(Walked& walked, PageNumber number, std::uint64_t pages) {
    if (number < kMetaPages || number > meta_.last_page || pages > meta_.last_page - number + 1) {
      fault(walked, "refers to page " + std::to_string(number) + ", where there is none");
      return false;
    }
    for (PageNumber n = number; n < number + pages; ++n) {
      if (marks_[n] == Mark::kNone) continue;
      fault(walked, n, "is used twice");
      return false;
    }
    for (PageNumber n = number; n < number + pages; ++n) marks_[n] = Mark::kUsed;
    return true;
  }

  void page(Walked& walked, PageNumber number, std::size_t depth, const Bounds& bounds) {
    if (stop_.stop_requested() || !take(walked, number, 1)) return;
    const auto bytes = file_.read(number, 1, meta_.page_bytes(), buffers_[depth - 1]);
    if (!bytes.ok()) return fault(walked, number, bytes.error().message);
    const PageView view(*bytes);
    const bool is_leaf = depth == walked.tree.depth;
    if (view.number() != number)
      return fault(walked, number, "has the number " + std::to_string(view.number()));
    if (view.flags() != (is_leaf ? PageView::kLeaf : PageView::kBranch))
      return fault(walked, number, "is of another kind");
    const auto nodes = view.nodes(is_leaf);
    if (!nodes.ok()) return fault(walked, number, nodes.error().message);
    if (is_leaf)
      leaf(walked, number, *nodes, bounds);
    else
      branch(walked, number, *nodes, depth, bounds);
  }

  void branch(Walked& walked, PageNumber number, const std::vector<PageView::Node>& nodes, std::size_t depth,
              const Bounds& bounds) {
    ++walked.branch_pages;
    const std::size_t least = walked.kind == Kind::kFree ? 1 : 2;
    if (nodes.size() < least) return fault(walked, number, "has too few entries");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      // The first one's key is not looked at by a search.
      const Bounds inner{i == 0 ? bounds.from : nodes[i].key,
                         i + 1 < nodes.size() ? nodes[i + 1].key : bounds.to};
      if (i > 0 && !fits(walked, nodes[i].key, nodes[i - 1].key, i == 1, bounds))
        return fault(walked, number, "its keys are out of order");
      page(walked, nodes[i].page, depth + 1, inner);
    }
  }

  void leaf(Walked& walked, PageNumber number, const std::vector<PageView::Node>& nodes,
            const Bounds& bounds) {
    ++walked.leaf_pages;
    if (nodes.empty()) return fault(walked, number, "has no entries");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const PageView::Node& node = nodes[i];
      if (!fits(walked, node.key, i == 0 ? std::string_view() : nodes[i - 1].key, i == 0, bounds))
        return fault(walked, number, "its keys are out of order");
      const std::uint16_t kind = walked.kind == Kind::kTables ? PageView::kTree : 0;
      if ((node.flags & ~PageView::kElsewhere) != kind)
        return fault(walked, number, "an entry has flags that we never set");
      if (node.flags & PageView::kElsewhere && walked.kind != Kind::kFree && node.value_bytes > kMaxValue)
        return fault(walked, number, "a value is too large");
      ++walked.entries;
      std::string_view value = node.value;
      if (node.flags & PageView::kElsewhere) {
        const auto read = overflow(walked, node);
        if (!read) return;
        value = *read;
      }
      if (walked.kind == Kind::kTables) table(walked, number, node.key, value);
      if (walked.kind == Kind::kFree) free_pages(walked, number, node.key, value);
    }
  }

  // Whether the key may stand behind the one before it, between the bounds.
  static bool fits(const Walked& walked, std::string_view key, std::string_view before, bool is_first,
                   const Bounds& bounds) {
    const std::size_t bytes = key.size();
    if (walked.kind == Kind::kFree) {
      if (bytes != sizeof(std::uint64_t)) return false;
      const auto number = [](std::string_view k) {
        std::uint64_t n = 0;
        std::memcpy(&n, k.data(), std::min(k.size(), sizeof n));
        return n;
      };
      return (is_first || number(before) < number(key)) &&
             (bounds.from.empty() || number(bounds.from) <= number(key)) &&
             (bounds.to.empty() || number(key) < number(bounds.to));
    }
    if (bytes == 0 || bytes > kMaxKey) return false;
    return (is_first || before < key) && (bounds.from.empty() || bounds.from <= key) &&
           (bounds.to.empty() || key < bounds.to);
  }

  // The value that a node has elsewhere.
  std::optional<std::string_view> overflow(Walked& walked, const PageView::Node& node) {
    const std::uint32_t page_bytes = meta_.page_bytes();
    const std::uint64_t pages =
        (PageView::kHeaderBytes + std::uint64_t{node.value_bytes} + page_bytes - 1) / page_bytes;
    if (!take(walked, node.page, pages)) return std::nullopt;
    const auto bytes = file_.read(node.page, pages, page_bytes, value_);
    if (!bytes.ok()) return fault(walked, node.page, bytes.error().message), std::nullopt;
    const PageView view(*bytes);
    if (view.number() != node.page || view.flags() != PageView::kOverflow || view.overflow_pages() != pages)
      return fault(walked, node.page, "isn't the value that an entry has there"), std::nullopt;
    walked.overflow_pages += pages;
    return bytes->substr(PageView::kHeaderBytes, node.value_bytes);
  }

  bool is_ours(std::string_view name) const {
    if (!names_.empty()) return std::find(names_.begin(), names_.end(), name) != names_.end();
    for (std::size_t n = 0; n < kTableCount; ++n)
      if (name_of(static_cast<Table>(n)) == name) return true;
    return false;
  }

  void table(Walked& walked, PageNumber number, std::string_view name, std::string_view value) {
    if (value.size() != Tree::kBytes) return fault(walked, number, "a table's record has another size");
    if (!is_ours(name)) return fault(walked, number, "has a table that isn't ours");
    tables_.emplace_back(std::string(name), Tree::read(value));
  }

  // What one commit freed: their count, and their numbers, the largest first.
  void free_pages(Walked& walked, PageNumber number, std::string_view commit, std::string_view value) {
    const auto word = [&](std::size_t i) {
      std::uint64_t n = 0;
      std::memcpy(&n, value.data() + i * sizeof n, sizeof n);
      return n;
    };
    std::uint64_t made_by = 0;
    std::memcpy(&made_by, commit.data(), sizeof made_by);
    if (made_by == 0 || made_by > meta_.commit)
      return fault(walked, number, "names a commit that there was not");
    if (value.size() < sizeof(std::uint64_t) || word(0) > value.size() / sizeof(std::uint64_t) - 1)
      return fault(walked, number, "a list of free pages has another size");
    for (std::uint64_t i = 1, last = kNoPage; i <= word(0); ++i) {
      const PageNumber page = word(i);
      if (page >= last || page < kMetaPages || page > meta_.last_page)
        return fault(walked, number, "a list of free pages is out of order");
      last = page;
      if (marks_[page] == Mark::kUsed) return fault(walked, page, "is in use, and listed as free");
      if (marks_[page] == Mark::kFree) return fault(walked, page, "is listed as free twice");
      marks_[page] = Mark::kFree;
    }
  }

  const PageFile file_;
  const Meta meta_;
  const TellPage tell_;
  const std::stop_token stop_;
  const TableNames names_;
  std::vector<std::vector<char>> buffers_;  // one for each level, which the views of those below refer to
  std::vector<char> value_;
  std::vector<Mark> marks_;
  std::vector<std::pair<std::string, Tree>> tables_;
  PagesChecked checked_;
  bool more_ = true;
};

base::Error damaged_meta(PageNumber number, const std::string& what) {
  return {base::ErrorCode::kCorrupt, "page " + std::to_string(number) + ": " + what};
}

// What of a meta page can be judged by itself; the second lies where the first says.
base::Result<Meta> read_meta(const PageFile& file, PageNumber number, std::uint32_t page_bytes) {
  const auto read = file.read_meta(number, page_bytes);
  if (!read.ok()) return base::Error{read.error().code, damaged_meta(number, read.error().message).message};
  const Meta& meta = *read;
  if (meta.magic != kMagic || meta.flags != PageView::kMeta || meta.number != number)
    return damaged_meta(number, "isn't the beginning of a store");
  if (meta.version != kVersion) return damaged_meta(number, "has another layout");
  const std::uint32_t bytes = meta.page_bytes();
  if (!std::has_single_bit(bytes) || bytes < 512 || bytes > 0x8000 ||
      (page_bytes != 0 && bytes != page_bytes))
    return damaged_meta(number, "has a wrong page size");
  if (meta.commit != 0 && meta.commit % kMetaPages != number)
    return damaged_meta(number, "has the commit of the other");
  return meta;
}

struct Metas {
  Meta first, second;
  const Meta& newest() const { return first.commit < second.commit ? second : first; }
};

base::Result<Metas> read_metas(const PageFile& file) {
  const auto first = read_meta(file, 0, 0);
  if (!first.ok()) return first.error();
  const auto second = read_meta(file, 1, first->page_bytes());
  if (!second.ok()) return second.error();
  return Metas{*first, *second};
}

bool are_same(const Meta& a, const Meta& b) {
  return a.commit == b.commit && a.last_page == b.last_page && a.free.root == b.free.root &&
         a.tables.root == b.tables.root;
}

// Both meta pages as they were at one moment: a writer may be at one of them.
base::Result<Metas> read_metas_at_rest(const PageFile& file) {
  auto before = read_metas(file);
  for (int tries = 0; tries < kTries; ++tries) {
    auto now = read_metas(file);
    if (before.ok() && now.ok() && are_same(before->first, now->first) &&
        are_same(before->second, now->second)) {
      // They take turns, and a store that was never written to has 0 in both.
      const std::uint64_t a = now->first.commit, b = now->second.commit;
      if (a + 1 == b || b + 1 == a || (a == 0 && b == 0)) return now;
      return damaged_meta(a < b ? 0 : 1, "isn't of the commit before the last one");
    }
    if (!before.ok() && !now.ok() && tries > 0) return now;
    before = std::move(now);
  }
  return base::Error{base::ErrorCode::kConflict, "its first pages are written to all the time"};
}

base::Result<std::uint64_t> size_of_open(int fd) {
  struct stat s;
  if (::fstat(fd, &s) != 0) return base::Error{base::ErrorCode::kIo, std::strerror(errno)};
  return static_cast<std::uint64_t>(s.st_size);
}

base::Result<PagesChecked> walk(int fd, const Meta& meta, TellPage tell, TableNames names,
                                const std::stop_token& stop = {}) {
  const auto bytes = size_of_open(fd);
  if (!bytes.ok()) return bytes.error();
  // A number that is out of all proportion must not become memory: pages at the end may be free and absent,
  // but are counted in a list that is in the file.
  if (meta.last_page < kMetaPages - 1 || meta.last_page / 1024 > *bytes / meta.page_bytes() + 1)
    return damaged_meta(meta.number, "has a wrong last page");
  return Walk(fd, meta, tell, stop, names).run();
}

// What check_pages() of a file does with its descriptor.
base::Result<PagesChecked> check_newest(int fd, TellPage tell, TableNames names) {
  const PageFile file(fd);
  for (int tries = 0; tries < kTries; ++tries) {
    const auto metas = read_metas_at_rest(file);
    if (!metas.ok()) return metas.error();
    std::vector<std::string> faults;
    const auto keep = [&](std::string&& fault) {
      faults.push_back(std::move(fault));
      return faults.size() < kMostFaults;
    };
    const auto checked = walk(fd, metas->newest(), keep, names);
    if (!checked.ok()) return checked;
    if (!faults.empty()) {
      // A page that the commit has is written to by the next but one at the earliest.
      const auto later = read_metas_at_rest(file);
      if (later.ok() && later->newest().commit > metas->newest().commit + 1) continue;
    }
    for (std::string& fault : faults)
      if (!tell(std::move(fault))) break;
    return checked;
  }
  return base::Error{base::ErrorCode::kConflict, "it is written to all the time; stop the server first"};
}

base::Error named(const std::string& file, const base::Error& error) {
  return {error.code,
          file + ": " + error.message + (error.code == base::ErrorCode::kCorrupt ? "; restore a copy" : "")};
}

}  // namespace

base::Result<PagesChecked> check_pages(const ReadTxn& txn, TellPage tell) {
  MDB_env* env = mdb_txn_env(txn.txn_.get());
  const char* folder = "";
  mdb_filehandle_t fd = -1;
  if (mdb_env_get_path(env, &folder) != 0 || mdb_env_get_fd(env, &fd) != 0)
    return base::Error{base::ErrorCode::kIo, "the store's file isn't open"};
  const std::string path = std::string(folder) + "/data.mdb";
  const auto metas = read_metas_at_rest(PageFile(fd));
  if (!metas.ok()) return named(path, metas.error());
  // The snapshot keeps its pages, but its meta page only until the next commit but one.
  const std::uint64_t commit = mdb_txn_id(txn.txn_.get());
  for (const Meta* meta : {&metas->first, &metas->second}) {
    if (meta->commit != commit) continue;
    auto checked = walk(fd, *meta, tell, {}, txn.stop_);
    return checked.ok() ? checked : base::Result<PagesChecked>(named(path, checked.error()));
  }
  return base::Error{base::ErrorCode::kConflict, path + ": was written to since the snapshot began"};
}

base::Result<PagesChecked> check_pages(const std::string& dir, TellPage tell, TableNames names) {
  const std::string data_file = Folder::at(dir).data_file();
  const int fd = ::open(data_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return base::Error{base::ErrorCode::kNotFound, dir + ": there is no store"};
  if (fd < 0) return system_failure(data_file, errno);
  auto checked = check_newest(fd, tell, names);
  ::close(fd);
  return checked.ok() ? checked : base::Result<PagesChecked>(named(data_file, checked.error()));
}

}  // namespace store
