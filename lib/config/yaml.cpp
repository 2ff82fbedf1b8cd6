// The tree is built from yaml-cpp's events and not from its nodes, for three reasons: an event says whether a
// scalar was quoted and where an alias stands; an alias arrives as itself and not as a copy of what it names,
// so nothing can be blown up; and depth and number are counted before anything is built. The parser's
// exceptions end here.
//
//   server: {threads: 4}    OnMapStart, OnScalar server, OnMapStart, OnScalar threads, OnScalar 4, two ends
//
// In a map, keys and values take turns; which one an event is follows from how many of each there are. What
// the parser lets pass and YAML forbids, or what would mislead, is refused here: control characters, quotes
// that are never closed, keys given twice, anchors, tags, merge keys, a second document. Places count bytes,
// from the parser's marks.
#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cctype>
#include <exception>
#include <map>
#include <sstream>

#include "base/utf8.h"

namespace config {
namespace {

// Ends the parse from within an event; the mistake is already reported.
struct Stop {};

base::Place place_at(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

// Marks count bytes, since the text was found to be UTF-8 without a byte order mark.
std::size_t offset_of(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : static_cast<std::size_t>(mark.pos);
}

class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view text, Mistakes& mistakes) : text_(text), mistakes_(mistakes) {}

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    mistakes_.add(place_at(mark), "a second document begins here; a configuration file has only one");
    throw Stop();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    scalar(mark, anchor, "", YamlNode::Kind::kNull);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    mistakes_.add(place_at(mark), "aliases are not supported; write the value out");
    scalar(mark, 0, "", YamlNode::Kind::kRefused);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool refused = refuse_tag(mark, tag) || refuse_open_quote(mark);
    scalar(mark, anchor, value, refused ? YamlNode::Kind::kRefused : YamlNode::Kind::kScalar, tag == "!");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override {
    refuse_repeated_keys(open_.back());
    close();
  }

 private:
  // "?" and "!" are the parser's own marks for plain and quoted scalars.
  bool refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return false;
    mistakes_.add(place_at(mark), "tags are not supported; leave it out");
    return true;
  }

  // The parser takes a text whose quote the file never closes, if the file ends with a line end.
  bool refuse_open_quote(const YAML::Mark& mark) {
    const std::size_t start = offset_of(mark);
    const char quote = start < text_.size() ? text_[start] : ' ';
    if (quote != '"' && quote != '\'') return false;
    for (std::size_t at = start + 1; at < text_.size(); ++at) {
      const bool escapes = quote == '"' ? text_[at] == '\\' : text_.substr(at, 2) == "''";
      if (escapes)
        ++at;
      else if (text_[at] == quote)
        return false;
    }
    mistakes_.add(place_at(mark), "this quote is never closed");
    return true;
  }

  void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& text, YamlNode::Kind kind,
              bool is_quoted = false) {
    count(mark, anchor);
    YamlNode node;
    node.kind = kind;
    node.quoted = is_quoted;
    node.text = text;
    node.place = place_at(mark);
    add(std::move(node), offset_of(mark));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    refuse_tag(mark, tag);
    count(mark, anchor);
    if (open_.size() >= kMaxYamlDepth) {
      mistakes_.add(place_at(mark), "nested deeper than " + std::to_string(kMaxYamlDepth) + " levels");
      throw Stop();
    }
    YamlNode node;
    node.kind = kind;
    node.place = place_at(mark);
    open_.push_back(std::move(node));
  }

  void close() {
    YamlNode done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done), 0);
  }

  void count(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) mistakes_.add(place_at(mark), "anchors are not supported; leave it out");
    if (++nodes_ <= kMaxYamlNodes) return;
    mistakes_.add(place_at(mark), "more than " + std::to_string(kMaxYamlNodes) + " values");
    throw Stop();
  }

  // Puts a finished node where it belongs; in a map, keys and values take turns. The offset counts for a
  // null.
  void add(YamlNode node, std::size_t offset) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    if (parent.kind == YamlNode::Kind::kMap && parent.keys.size() == parent.items.size()) {
      if (node.kind == YamlNode::Kind::kScalar && node.text == "<<" && !node.quoted) {
        mistakes_.add(node.place, "merge keys are not supported; write the values out");
        node.kind = YamlNode::Kind::kRefused;
      } else if (node.kind != YamlNode::Kind::kScalar && node.kind != YamlNode::Kind::kRefused) {
        mistakes_.add(node.place, "a key must be a word, not " + describe(node));
        node.kind = YamlNode::Kind::kRefused;
      }
      parent.keys.push_back(std::move(node));
      return;
    }
    if (node.kind == YamlNode::Kind::kNull)
      node.place =
          parent.kind == YamlNode::Kind::kMap ? parent.keys.back().place : place_before(offset, node.place);
    parent.items.push_back(std::move(node));
  }

  // The parser places what is empty where the next token stands, often on another line; this is the place of
  // the dash or comma before it.
  base::Place place_before(std::size_t offset, base::Place place) const {
    for (; offset > 0; --offset) {
      const char c = text_[offset - 1];
      place.line -= c == '\n' ? 1 : 0;
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
      const std::size_t newline = text_.rfind('\n', offset - 1);
      return {place.line, newline == std::string_view::npos ? offset : offset - 1 - newline};
    }
    return place;
  }

  void refuse_repeated_keys(YamlNode& map) {
    std::map<std::string_view, std::size_t> first;
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      YamlNode& key = map.keys[i];
      if (key.kind != YamlNode::Kind::kScalar) continue;
      const auto [at, is_new] = first.emplace(key.text, i);
      if (is_new) continue;
      mistakes_.add(key.place, "key " + in_ticks(key.text) + " is given twice, first on line " +
                                   std::to_string(map.keys[at->second].place.line));
      key.kind = YamlNode::Kind::kRefused;
    }
  }

  std::string_view text_;
  Mistakes& mistakes_;
  YamlNode root_;
  std::vector<YamlNode> open_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
};

// The first byte that no configuration has a use for. YAML itself forbids most of these (1.2.2, 5.1), but its
// parser lets them pass.
std::optional<std::pair<std::size_t, std::string>> bad_byte(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf"))
    return {{0, "a byte order mark is not allowed; save the file without"}};
  const std::size_t invalid = base::utf8::valid_prefix(text);
  for (std::size_t i = 0; i < invalid; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0) return {{i, "a NUL byte is not allowed"}};
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
      return {{i, "a control character is not allowed"}};
  }
  if (invalid < text.size()) return {{invalid, "this is not valid UTF-8"}};
  return std::nullopt;
}

// What the parser says, made to help with the two commonest causes.
void refuse_syntax(std::string_view text, base::Place place, std::string why, Mistakes& mistakes) {
  std::size_t start = 0;
  for (std::size_t at = 1; at < place.line; ++at) start = text.find('\n', start) + 1;
  const std::string_view line = text.substr(start);
  const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t tab = line.substr(0, indent).find('\t');
  if (tab != std::string_view::npos) {
    mistakes.add({place.line, tab + 1}, "not YAML: a tab can't indent a line; use spaces");
    return;
  }
  if (!why.empty()) why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
  if (why == "end of map not found") why = "the line can't go on like this; does the value need quotes?";
  mistakes.add(place, "not YAML: " + shortened(why));
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].kind == Kind::kScalar && keys[i].text == key) return &items[i];
  return nullptr;
}

std::optional<YamlNode> parse_yaml(std::string_view text, Mistakes& mistakes) {
  if (const auto bad = bad_byte(text)) {
    mistakes.add(base::place_of(text, bad->first), bad->second);
    return std::nullopt;
  }
  Builder builder(text, mistakes);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    refuse_syntax(text, place_at(e.mark), e.msg, mistakes);
    return std::nullopt;
  } catch (const std::exception&) {
    mistakes.add({}, "not YAML that can be read");
    return std::nullopt;
  }
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "empty";
    case YamlNode::Kind::kScalar:
      return in_ticks(node.text);
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kRefused:
      break;
  }
  return "that";
}

}  // namespace config
