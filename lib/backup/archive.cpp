// tar, as far as two files need it: before each a block of 512 bytes that says name and size, behind each
// zeros up to a whole block, and two blocks of zeros at the end.
//
//   [NAME/manifest.json, 412][{"manifest":1,…}\n 0 0 0 …][NAME/data.mdb, 81920][… 81920 bytes …][0 …][0 …]
//
// So a backup can be looked into, and unpacked, where there is no Reeve. libarchive reads far more than this,
// which is what one doesn't want here: only what we write ourselves is taken, byte for byte. A block is read
// by making it anew from what it says, and comparing.
//
// Sizes of 8 GiB and more, which the format's octal digits don't hold, are in base 256, as GNU tar and others
// have them.
#include "backup/archive.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "crypto/hasher.h"

namespace backup {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::string_view kManifest = "/manifest.json";
constexpr std::string_view kData = "/data.mdb";
constexpr std::uint64_t kOctalLimit = std::uint64_t{1} << 33;  // of eleven digits
constexpr std::size_t kPiece = std::size_t{1} << 16;

using Block = std::array<char, kBlock>;

// Where the parts of a block stand.
struct Part {
  std::size_t at, size;
};
constexpr Part kName{0, 100}, kMode{100, 8}, kUser{108, 8}, kGroup{116, 8}, kSize{124, 12}, kTime{136, 12},
    kSum{148, 8}, kKind{156, 1}, kMagic{257, 8};

void put_octal(Block& block, Part part, std::uint64_t value) {
  for (std::size_t i = part.size - 1; i-- > 0; value >>= 3)
    block[part.at + i] = static_cast<char>('0' + (value & 7));
}

void put_size(Block& block, std::uint64_t value) {
  if (value < kOctalLimit) return put_octal(block, kSize, value);
  for (std::size_t i = kSize.size; i-- > 1; value >>= 8)
    block[kSize.at + i] = static_cast<char>(value & 0xff);
  block[kSize.at] = static_cast<char>(0x80);
}

Block block_of(std::string_view name, std::uint64_t size, base::Timestamp time) {
  Block block{};
  std::copy_n(name.begin(), std::min(name.size(), kName.size), block.begin());
  put_octal(block, kMode, 0600);
  put_octal(block, kUser, 0);
  put_octal(block, kGroup, 0);
  put_size(block, size);
  put_octal(block, kTime, static_cast<std::uint64_t>(std::max<std::int64_t>(time.ms, 0)) / 1000);
  block[kKind.at] = '0';
  std::memcpy(&block[kMagic.at], "ustar\00000", kMagic.size);
  std::fill_n(&block[kSum.at], kSum.size, ' ');
  std::uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  for (std::size_t i = 6; i-- > 0; sum >>= 3) block[kSum.at + i] = static_cast<char>('0' + (sum & 7));
  block[kSum.at + 6] = '\0';
  return block;
}

std::uint64_t padding(std::uint64_t size) {
  return (kBlock - size % kBlock) % kBlock;
}

std::string_view view(const Block& block) {
  return {block.data(), block.size()};
}

// What a block says; whether it says it rightly is found by making it anew.
std::string name_in(const Block& block) {
  const std::string_view name(block.data(), kName.size);
  return std::string(name.substr(0, name.find('\0')));
}
std::uint64_t number_in(const Block& block, Part part) {
  std::uint64_t value = 0;
  const bool is_octal = (block[part.at] & 0x80) == 0;
  for (std::size_t i = is_octal ? 0 : 1; i < part.size - (is_octal ? 1 : 0); ++i)
    value = is_octal ? value * 8 + static_cast<std::uint64_t>((block[part.at + i] - '0') & 7)
                     : value << 8 | static_cast<unsigned char>(block[part.at + i]);
  return value;
}

base::Error damaged(std::uint64_t at, const std::string& why) {
  return {base::ErrorCode::kCorrupt, "damaged at byte " + std::to_string(at) + ": " + why};
}

class Reader {
 public:
  explicit Reader(Read read) : read_(read) {}

  std::uint64_t at() const { return at_; }

  base::Result<void> exactly(char* into, std::size_t size) {
    while (size > 0) {
      const auto n = read_(into, size);
      if (!n.ok()) return n.error();
      if (*n == 0)
        return base::Error{base::ErrorCode::kCorrupt,
                           "cut off at byte " + std::to_string(at_) + ": more has to follow"};
      into += *n;
      size -= *n;
      at_ += *n;
    }
    return {};
  }

  base::Result<Block> block() {
    Block block;
    if (auto r = exactly(block.data(), block.size()); !r.ok()) return r.error();
    return block;
  }

  // Zeros up to the next whole block.
  base::Result<void> end_of(std::uint64_t size) {
    const std::uint64_t begin = at_;
    Block rest{};
    const auto length = static_cast<std::size_t>(padding(size));
    if (auto r = exactly(rest.data(), length); !r.ok()) return r;
    return rest == Block{} ? base::Result<void>() : damaged(begin, "there should be zeros");
  }

  base::Result<void> end() {
    char more = 0;
    const auto n = read_(&more, 1);
    if (!n.ok()) return n.error();
    return *n == 0 ? base::Result<void>() : damaged(at_, "the backup should end here");
  }

 private:
  const Read read_;
  std::uint64_t at_ = 0;
};

struct Member {
  std::string folder;
  std::uint64_t size = 0;
  base::Timestamp time;
};

base::Result<Member> read_member(Reader& reader, std::string_view file) {
  const std::uint64_t begin = reader.at();
  const auto block = reader.block();
  if (!block.ok()) return block.error();
  const std::string name = name_in(*block);
  Member member;
  member.size = number_in(*block, kSize);
  member.time.ms = static_cast<std::int64_t>(number_in(*block, kTime) * 1000);
  if (!name.ends_with(file) || block_of(name, member.size, member.time) != *block)
    return damaged(begin, "this is not how a backup of reeve has " + std::string(file.substr(1)));
  member.folder = name.substr(0, name.size() - file.size());
  return member;
}

base::Result<Manifest> read_manifest(Reader& reader, const Member& member) {
  const std::uint64_t begin = reader.at();
  if (member.size > kMaxManifest) return damaged(begin, "manifest.json is too large");
  std::string text(static_cast<std::size_t>(member.size), '\0');
  if (auto r = reader.exactly(text.data(), text.size()); !r.ok()) return r.error();
  auto manifest = parse_manifest(text);
  if (!manifest.ok()) return base::Error{manifest.error().code, "manifest.json: " + manifest.error().message};
  if (auto r = reader.end_of(member.size); !r.ok()) return r.error();
  return manifest;
}

base::Result<void> read_data(Reader& reader, const Manifest& manifest,
                             base::FunctionRef<base::Result<void>(std::string_view)> data) {
  crypto::Sha256Hasher hasher;
  std::vector<char> piece(kPiece);
  for (std::uint64_t left = manifest.bytes; left > 0;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size()));
    if (auto r = reader.exactly(piece.data(), size); !r.ok()) return r;
    hasher.add({piece.data(), size});
    if (auto r = data({piece.data(), size}); !r.ok()) return r;
    left -= size;
  }
  if (hasher.finish() != manifest.sha256)
    return base::Error{base::ErrorCode::kCorrupt, "data.mdb: its SHA-256 is not the one in manifest.json"};
  return reader.end_of(manifest.bytes);
}

}  // namespace

std::string archive_begin(const std::string& name, const Manifest& manifest) {
  const std::string text = to_text(manifest);
  std::string out(view(block_of(name + std::string(kManifest), text.size(), manifest.created_at)));
  out += text;
  out.append(static_cast<std::size_t>(padding(text.size())), '\0');
  return out.append(view(block_of(name + std::string(kData), manifest.bytes, manifest.created_at)));
}

std::string archive_end(const Manifest& manifest) {
  return std::string(static_cast<std::size_t>(padding(manifest.bytes)) + 2 * kBlock, '\0');
}

std::uint64_t archive_size(const std::string& name, const Manifest& manifest) {
  return archive_begin(name, manifest).size() + manifest.bytes + archive_end(manifest).size();
}

base::Result<Manifest> read_archive(Read read, base::FunctionRef<base::Result<void>(const Manifest&)> begin,
                                    base::FunctionRef<base::Result<void>(std::string_view)> data) {
  Reader reader(read);
  const auto first = read_member(reader, kManifest);
  if (!first.ok()) return first.error();
  auto manifest = read_manifest(reader, *first);
  if (!manifest.ok()) return manifest;
  const std::uint64_t at = reader.at();
  const auto second = read_member(reader, kData);
  if (!second.ok()) return second.error();
  if (second->folder != first->folder || second->size != manifest->bytes)
    return damaged(at, "data.mdb is not the one that manifest.json is of");
  if (auto r = begin(*manifest); !r.ok()) return r.error();
  if (auto r = read_data(reader, *manifest, data); !r.ok()) return r.error();
  const std::uint64_t end = reader.at();
  for (int i = 0; i < 2; ++i) {
    const auto zeros = reader.block();
    if (!zeros.ok()) return zeros.error();
    if (*zeros != Block{}) return damaged(end, "there should be zeros");
  }
  if (auto r = reader.end(); !r.ok()) return r.error();
  return manifest;
}

}  // namespace backup
