#include "domain/audit_join.h"

#include <fstream>
#include <functional>

#include "base/file.h"
#include "base/gzip.h"
#include "domain/audit_archive.h"
#include "domain/audit_record.h"
#include "domain/audit_verify.h"
#include "tests/app/audit_world.h"

using namespace domain;

namespace {

constexpr std::size_t kMost = 1U << 20U;

std::string read(const std::string& path) {
  return base::read_file(path, kMost).value();
}

std::string zipped(const std::string& text) {
  base::Gzip gzip;
  std::string out;
  gzip.add(text, out);
  gzip.finish(out);
  return out;
}

std::string lines(const std::string& path) {
  base::Gunzip gunzip;
  std::string out;
  REQUIRE(gunzip.add(read(path), out).ok());
  return out;
}

// The lines of a chain with a word of the first replaced, and all hashes as they then have to be.
std::string rewritten(const std::string& text, const std::string& word, const std::string& by) {
  std::string out, hash;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    if (at == 0)
      line.replace(line.find(word), word.size(), by);
    else
      line.replace(line.find("\"prev_hash\":\"") + 13, 64, hash);
    hash = base::to_hex(crypto::raw(crypto::sha256(line)));
    out += line + "\n";
    at = end + 1;
  }
  return out;
}

// Three archives, of 1-5, 6-8 and 9-11, whose seals are 9, 12 and 13; and one of kOther, of 1-2.
class CutWorld : public AuditWorld {
 public:
  CutWorld() {
    append(kTenant, 5);
    clock_.advance(60 * kDay);
    append(kTenant, 3);
    clock_.advance(46 * kDay);
    beats(40);
    append(kTenant, 2);
    clock_.advance(60 * kDay);
    beats(40);
    append(kOther, 2);
    clock_.advance(50 * kDay);
    beats(40);
    clock_.advance(60 * kDay);
    append(kOther, 1);
    beats(40);
    REQUIRE(left(kTenant) == "12S 13S ");
    files_ = files(kTenant);
    REQUIRE(files_.size() == 3);
    REQUIRE(files(kOther).size() == 1);
  }

  std::string replaced(std::size_t n, const std::string& bytes) {
    std::ofstream(files_[n]) << bytes;
    return files_[n];
  }

  // Gaps, then faults, each with what is known of it; "" where all is joined.
  std::string join(std::vector<std::string> paths) const {
    std::vector<ReadArchive> read;
    for (const std::string& path : paths) read.push_back(read_archive(path).value());
    const auto txn = store_->read();
    std::uint64_t seen = 0;
    std::map<Owner, std::vector<PlacedSeal>> seals;
    const auto faults = verify_audit(*txn, seen, [&](const AuditEntry& entry) {
      if (const auto seal = read_seal(entry); *seal)
        seals[entry.tenant].push_back({**seal, entry.seq, entry.hash});
    });
    const auto joined = join_archives(*txn, read, seals, *faults);
    std::string out;
    for (const AuditGap& gap : joined->gaps)
      out += (gap.tenant == Owner(kTenant) ? "" : "other ") + std::to_string(gap.from) + "-" +
             std::to_string(gap.to) + "\n";
    for (const std::string& fault : joined->faults) {
      REQUIRE(fault.starts_with(dir_.path()));
      out += fault.substr(fault.find(": ") + 2) + "\n";
    }
    return out;
  }

  std::vector<std::string> files_;
};

}  // namespace

TEST_CASE("audit join: files join the store by their seals; what is missing or changed is named",
          "[retention]") {
  using Files = std::vector<std::string>;
  const std::string of_seal = "its SHA-256 is not that in the seal, entry ";
  const std::string tenant = " of tenant " + to_string(Owner(kTenant)) + "\n";
  struct Row {
    const char* name;
    std::function<Files(CutWorld&)> files;
    std::string expected;
  };
  const auto three = [](CutWorld& w) { return w.files_; };
  const Row kRows[] = {
      {"all", three, ""},
      {"all, the oldest last", [](CutWorld& w) { return Files(w.files_.rbegin(), w.files_.rend()); }, ""},
      {"one twice",
       [](CutWorld& w) {
         return Files{w.files_[0], w.files_[2], w.files_[1], w.files_[2]};
       },
       ""},
      {"one under another name",
       [](CutWorld& w) {
         std::filesystem::rename(w.files_[1], w.dir_ / "moved");
         return Files{w.files_[0], w.dir_ / "moved", w.files_[2]};
       },
       ""},
      {"none of this chain", [](CutWorld&) { return Files{}; }, "1-11\n"},
      {"the oldest missing",
       [](CutWorld& w) {
         return Files{w.files_[1], w.files_[2]};
       },
       "1-5\n"},
      {"the middle missing",
       [](CutWorld& w) {
         return Files{w.files_[0], w.files_[2]};
       },
       "6-8\n"},
      {"the newest missing, and with it the oldest's seal",
       [](CutWorld& w) {
         return Files{w.files_[0], w.files_[1]};
       },
       "9-11\n"},
      {"the oldest alone, whose seal is missing", [](CutWorld& w) { return Files{w.files_[0]}; },
       "1-11\nno seal that is known names it\n"},
      {"the oldest missing, and the newest", [](CutWorld& w) { return Files{w.files_[1]}; }, "9-11\n1-5\n"},
      {"cut short",
       [](CutWorld& w) {
         w.replaced(0, read(w.files_[0]).substr(0, 200));
         return w.files_;
       },
       "1-5\nis cut short; " + of_seal + "9" + tenant},
      {"empty",
       [](CutWorld& w) {
         w.replaced(1, "");
         return w.files_;
       },
       "6-8\nis cut short; " + of_seal + "12" + tenant},
      {"something behind it",
       [](CutWorld& w) {
         w.replaced(1, read(w.files_[1]) + read(w.files_[2]));
         return w.files_;
       },
       "6-8\ngoes on behind its end; " + of_seal + "12" + tenant},
      {"a line left out",
       [](CutWorld& w) {
         const std::string text = lines(w.files_[0]);
         w.replaced(0, zipped(text.substr(0, text.find('\n') + 1) +
                              text.substr(text.rfind('\n', text.size() - 2) + 1)));
         return w.files_;
       },
       "1-5\nline 2: is not entry 2 of the chain; " + of_seal + "9" + tenant},
      {"a line changed",
       [](CutWorld& w) {
         std::string text = lines(w.files_[0]);
         text.replace(text.find("role:update"), 11, "role:delete");
         w.replaced(0, zipped(text));
         return w.files_;
       },
       "1-5\nline 2: prev_hash is not the hash of the line before; " + of_seal + "9" + tenant},
      {"a line changed, and the chain made anew",
       [](CutWorld& w) {
         w.replaced(0, zipped(rewritten(lines(w.files_[0]), "role:update", "role:delete")));
         return w.files_;
       },
       "1-5\n" + of_seal + "9" + tenant},
      {"no archive at all",
       [](CutWorld& w) {
         w.files_[1] = w.dir_ / "text";
         std::ofstream(w.files_[1]) << "{}\n";
         return w.files_;
       },
       "6-8\nis not a gzip file, or is damaged\n"},
      {"no entries",
       [](CutWorld& w) {
         std::ofstream(w.dir_ / "other") << zipped("{\"a\":1}\n");
         w.files_.push_back(w.dir_ / "other");
         return w.files_;
       },
       "line 1: is no audit entry: action: not there\n"},
      {"of a tenant that isn't here",
       [](CutWorld& w) {
         AuditWorld other;
         other.append(TenantId(AnyId(id(0xc0))), 5);
         other.clock_.advance(200 * kDay);
         other.append(kOther, 1);
         other.beats(40);
         std::filesystem::copy(other.files(TenantId(AnyId(id(0xc0)))).at(0), w.dir_ / "foreign");
         w.files_.push_back(w.dir_ / "foreign");
         return w.files_;
       },
       "is of tenant " + to_string(Owner(TenantId(AnyId(id(0xc0))))) + ", of which the store has no chain\n"},
      {"of the same tenant in another store",
       [](CutWorld& w) {
         AuditWorld other;
         other.append(kOther, 1);  // so that the ids are others
         other.append(kTenant, 5);
         other.clock_.advance(200 * kDay);
         other.append(kOther, 1);
         other.beats(40);
         std::filesystem::copy(other.files(kTenant).at(0), w.dir_ / "foreign");
         return Files{w.dir_ / "foreign", w.files_[1], w.files_[2]};
       },
       "1-5\n" + of_seal + "9" + tenant},
      {"without a seal, as a crash leaves it",
       [](CutWorld& w) {
         const auto txn = w.store_->read();
         const auto head = get_audit_head(*txn, kTenant);
         auto archive = AuditArchive::begin(w.dir_ / "new", {kTenant, 12, 13, (**head).cut->hash});
         REQUIRE(archive->add(*txn, 10).value());
         w.files_.push_back(w.dir_ / ("new/" + archive->finish()->file));
         return w.files_;
       },
       "no seal that is known names it\n"},
  };
  for (const Row& row : kRows) {
    INFO(row.name);
    CutWorld world;
    const std::string other = world.files(kOther).at(0);
    Files files = row.files(world);
    files.insert(files.begin() + (files.empty() ? 0 : 1), other);
    CHECK(world.join(files) == row.expected);
  }
}

TEST_CASE("audit join: any bit that flips in an archive is found", "[retention]") {
  CutWorld world;
  auto files = world.files_;
  files.push_back(world.files(kOther).at(0));
  const std::string whole = read(files[1]);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    INFO(at);
    std::string bad = whole;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    std::ofstream(files[1]) << bad;
    const std::string found = world.join(files);
    REQUIRE_THAT(found, ContainsSubstring("6-8\n"));
    REQUIRE_THAT(found, ContainsSubstring("its SHA-256 is not that in the seal, entry 12"));
  }
}
