#pragma once

namespace base {

// The deleter of a std::unique_ptr whose object a C library's function frees:
//
//   using Certificate = std::unique_ptr<X509, base::Freed<X509_free>>;
template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};

}  // namespace base
