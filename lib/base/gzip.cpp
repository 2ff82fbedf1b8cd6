#include "base/gzip.h"

#include <zlib.h>

#include <cassert>
#include <new>

namespace base {
namespace {

constexpr int kAsGzip = 15 + 16;  // the largest window, and a gzip head

}  // namespace

struct Gzip::State {
  z_stream stream{};
};

void Gzip::Free::operator()(State* state) const {
  deflateEnd(&state->stream);
  delete state;
}

Gzip::Gzip() : state_(new State) {
  constexpr int kMemory = 8;
  if (deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kAsGzip, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

void Gzip::add(std::string_view text, std::string& out) {
  run(text, Z_NO_FLUSH, out);
}

void Gzip::finish(std::string& out) {
  run({}, Z_FINISH, out);
}

void Gzip::run(std::string_view text, int flush, std::string& out) {
  z_stream& z = state_->stream;
  do {
    const std::string_view piece = text.substr(0, std::size_t{1} << 30U);
    text.remove_prefix(piece.size());
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    z.avail_in = static_cast<uInt>(piece.size());
    do {
      char buffer[16384];
      z.next_out = reinterpret_cast<Bytef*>(buffer);
      z.avail_out = sizeof buffer;
      [[maybe_unused]] const int rc = deflate(&z, flush);
      assert(rc != Z_STREAM_ERROR);
      out.append(buffer, sizeof buffer - z.avail_out);
    } while (z.avail_out == 0);
  } while (!text.empty());
}

struct Gunzip::State {
  z_stream stream{};
};

void Gunzip::Free::operator()(State* state) const {
  inflateEnd(&state->stream);
  delete state;
}

Gunzip::Gunzip() : state_(new State) {
  if (inflateInit2(&state_->stream, kAsGzip) != Z_OK) throw std::bad_alloc();
}

Result<void> Gunzip::add(std::string_view piece, std::string& out) {
  z_stream& z = state_->stream;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  z.avail_in = static_cast<uInt>(piece.size());
  char buffer[16384];
  do {
    if (complete_)
      return z.avail_in == 0 ? Result<void>() : Error{ErrorCode::kInvalid, "goes on behind its end"};
    z.next_out = reinterpret_cast<Bytef*>(buffer);
    z.avail_out = sizeof buffer;
    const int rc = inflate(&z, Z_NO_FLUSH);
    if (rc == Z_MEM_ERROR) throw std::bad_alloc();
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
      return Error{ErrorCode::kInvalid, "is not a gzip file, or is damaged"};
    complete_ = rc == Z_STREAM_END;
    out.append(buffer, sizeof buffer - z.avail_out);
  } while (z.avail_in > 0 || z.avail_out == 0);
  return {};
}

}  // namespace base
