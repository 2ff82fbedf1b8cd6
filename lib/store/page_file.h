#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// data.mdb as it lies on disk, without LMDB: what `reeve store check` needs to find damage that LMDB would
// stumble over. The layout is that of LMDB's data version 1, which every 0.9 writes.
//
//   page     pgno u64, pad u16, flags u16, lower u16, upper u16; an overflow page has its pages u32 for the
//            last two. Integers are the machine's
//   branch   offsets u16 of its nodes up to `lower`; nodes from `upper` on: child 48 bits, key size u16, key
//   leaf     likewise: size of the value u32, flags u16, key size u16, key, value
//   overflow a value that fits no leaf, on pages that follow each other; the node has its first page's number
//   meta     pages 0 and 1 in turn: the commit, its last page, and the roots of two trees: free pages, and
//   the
//            list of tables, each of which is a tree
namespace store {

using PageNumber = std::uint64_t;
inline constexpr PageNumber kNoPage = ~PageNumber{0};
inline constexpr PageNumber kMetaPages = 2;

// A tree of pages, as its record says.
struct Tree {
  static constexpr std::size_t kBytes = 48;

  std::uint32_t pad = 0;
  std::uint16_t flags = 0, depth = 0;
  std::uint64_t branch_pages = 0, leaf_pages = 0, overflow_pages = 0, entries = 0;
  PageNumber root = kNoPage;

  // REQUIRES: bytes.size() >= kBytes
  static Tree read(std::string_view bytes);
};

// What a commit left.
struct Meta {
  std::uint16_t flags = 0;  // of the page, whose number is that below
  PageNumber number = 0;
  std::uint32_t magic = 0, version = 0;
  Tree free, tables;
  PageNumber last_page = 0;
  std::uint64_t commit = 0;

  std::uint32_t page_bytes() const { return free.pad; }
};

// One page: views into bytes that the caller keeps.
class PageView {
 public:
  static constexpr std::size_t kHeaderBytes = 16;
  enum Flag : std::uint16_t { kBranch = 1, kLeaf = 2, kOverflow = 4, kMeta = 8 };
  enum NodeFlag : std::uint16_t { kElsewhere = 1, kTree = 2 };  // where the value is, what it is

  struct Node {
    std::string_view key, value;  // the value of a leaf's node
    PageNumber page = kNoPage;    // of a branch's: the child; of a value elsewhere: its first page
    std::uint16_t flags = 0;
    std::uint32_t value_bytes = 0;
  };

  // REQUIRES: bytes.size() > kHeaderBytes
  explicit PageView(std::string_view bytes) : bytes_(bytes) {}

  PageNumber number() const;
  std::uint16_t flags() const;
  std::uint32_t overflow_pages() const;

  // The nodes of a branch or leaf, in order; nothing, and why, where they don't lie as they must: each whole,
  // none over another, and no gap between them.
  base::Result<std::vector<Node>> nodes(bool is_leaf) const;

 private:
  std::string_view bytes_;
};

// Reads pages with pread(2): a page that the disk can't read, or that was lost, is an error here, where
// through the map it would be the end of the process. Not for several threads.
class PageFile {
 public:
  // The descriptor stays the caller's.
  explicit PageFile(int fd) : fd_(fd) {}

  // One of the two meta pages; `page_bytes` as the other says, or 0 for the first.
  base::Result<Meta> read_meta(PageNumber, std::uint32_t page_bytes) const;

  // So many pages from `number` on. The bytes live until the next call with the same buffer.
  base::Result<std::string_view> read(PageNumber number, std::uint64_t pages, std::uint32_t page_bytes,
                                      std::vector<char>& buffer) const;

 private:
  int fd_;
};

}  // namespace store
