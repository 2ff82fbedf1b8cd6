#include "store/page_file.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace store {
namespace {

constexpr std::size_t kNodeHeaderBytes = 8;
constexpr std::size_t kMetaBytes = 152;  // with the page's header

// An integer of the machine's, anywhere.
template <typename T>
T at(std::string_view bytes, std::size_t offset) {
  T n;
  std::memcpy(&n, bytes.data() + offset, sizeof n);
  return n;
}

// LMDB keeps 32 bits as two halves, the lower first on little-endian machines.
std::uint32_t halves_at(std::string_view bytes, std::size_t offset) {
  const std::uint32_t first = at<std::uint16_t>(bytes, offset), second = at<std::uint16_t>(bytes, offset + 2);
  return std::endian::native == std::endian::little ? first | second << 16 : second | first << 16;
}

constexpr std::size_t even(std::size_t n) {
  return n + (n & 1);
}

base::Error wrong(std::string what) {
  return {base::ErrorCode::kCorrupt, std::move(what)};
}

// The error of a read that came back with `got` bytes instead of all.
base::Error unread(ssize_t got) {
  if (got < 0) return {base::ErrorCode::kIo, std::string("the disk can't read it: ") + std::strerror(errno)};
  return wrong("the file ends before it");
}

ssize_t pread_whole(int fd, char* out, std::size_t bytes, std::uint64_t offset) {
  std::size_t got = 0;
  while (got < bytes) {
    const ssize_t n = ::pread(fd, out + got, bytes - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return n;
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(got);
}

}  // namespace

Tree Tree::read(std::string_view bytes) {
  Tree t;
  t.pad = at<std::uint32_t>(bytes, 0);
  t.flags = at<std::uint16_t>(bytes, 4);
  t.depth = at<std::uint16_t>(bytes, 6);
  t.branch_pages = at<std::uint64_t>(bytes, 8);
  t.leaf_pages = at<std::uint64_t>(bytes, 16);
  t.overflow_pages = at<std::uint64_t>(bytes, 24);
  t.entries = at<std::uint64_t>(bytes, 32);
  t.root = at<std::uint64_t>(bytes, 40);
  return t;
}

PageNumber PageView::number() const {
  return at<std::uint64_t>(bytes_, 0);
}
std::uint16_t PageView::flags() const {
  return at<std::uint16_t>(bytes_, 10);
}
std::uint32_t PageView::overflow_pages() const {
  return at<std::uint32_t>(bytes_, 12);
}

base::Result<std::vector<PageView::Node>> PageView::nodes(bool is_leaf) const {
  const std::size_t lower = at<std::uint16_t>(bytes_, 12), upper = at<std::uint16_t>(bytes_, 14);
  if (lower < kHeaderBytes || lower > upper || upper > bytes_.size() || lower % 2 != 0 || upper % 2 != 0)
    return wrong("its bounds are wrong");
  const std::size_t count = (lower - kHeaderBytes) / 2;
  std::vector<Node> nodes;
  std::vector<std::pair<std::size_t, std::size_t>> extents;  // begin and end
  nodes.reserve(count);
  extents.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = at<std::uint16_t>(bytes_, kHeaderBytes + 2 * i);
    if (begin < upper || begin % 2 != 0 || begin + kNodeHeaderBytes > bytes_.size())
      return wrong("entry " + std::to_string(i) + " lies outside of it");
    Node node;
    node.flags = at<std::uint16_t>(bytes_, begin + 4);
    const std::size_t key_bytes = at<std::uint16_t>(bytes_, begin + 6);
    std::size_t value_bytes = 0;
    if (is_leaf) {
      node.value_bytes = halves_at(bytes_, begin);
      value_bytes = node.flags & kElsewhere ? sizeof(PageNumber) : node.value_bytes;
    } else {
      node.page = halves_at(bytes_, begin) | PageNumber{node.flags} << 32;
    }
    const std::size_t key = begin + kNodeHeaderBytes;
    if (key + key_bytes > bytes_.size() || value_bytes > bytes_.size() - key - key_bytes)
      return wrong("entry " + std::to_string(i) + " lies outside of it");
    node.key = bytes_.substr(key, key_bytes);
    node.value = bytes_.substr(key + key_bytes, value_bytes);
    if (is_leaf && (node.flags & kElsewhere)) node.page = at<PageNumber>(node.value, 0);
    nodes.push_back(node);
    extents.emplace_back(begin, begin + even(kNodeHeaderBytes + key_bytes + value_bytes));
  }
  std::sort(extents.begin(), extents.end());
  std::size_t end = upper;
  for (const auto& [begin, next] : extents) {
    if (begin != end) return wrong("its entries overlap or have gaps");
    end = next;
  }
  if (end != bytes_.size()) return wrong("its entries don't fill it");
  return nodes;
}

base::Result<Meta> PageFile::read_meta(PageNumber number, std::uint32_t page_bytes) const {
  std::array<char, kMetaBytes> bytes{};
  const ssize_t got = pread_whole(fd_, bytes.data(), bytes.size(), number * page_bytes);
  if (got != static_cast<ssize_t>(bytes.size())) return unread(got);
  const std::string_view all(bytes.data(), bytes.size());
  const PageView page(all);
  Meta meta;
  meta.number = page.number();
  meta.flags = page.flags();
  meta.magic = at<std::uint32_t>(all, 16);
  meta.version = at<std::uint32_t>(all, 20);
  meta.free = Tree::read(all.substr(40));
  meta.tables = Tree::read(all.substr(40 + Tree::kBytes));
  meta.last_page = at<std::uint64_t>(all, 136);
  meta.commit = at<std::uint64_t>(all, 144);
  return meta;
}

base::Result<std::string_view> PageFile::read(PageNumber number, std::uint64_t pages,
                                              std::uint32_t page_bytes, std::vector<char>& buffer) const {
  buffer.resize(pages * page_bytes);
  const ssize_t got = pread_whole(fd_, buffer.data(), buffer.size(), number * page_bytes);
  if (got != static_cast<ssize_t>(buffer.size())) return unread(got);
  return std::string_view(buffer.data(), buffer.size());
}

}  // namespace store
