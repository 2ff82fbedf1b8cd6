#pragma once
#include <string>
#include <string_view>

#include "base/encoding.h"

// Keys in PEM, of the 32 bytes that they are of, in hexadecimal digits: in RFC 8410's frames.
inline std::string ed25519_pem(const std::string& kind, const std::string& frame, std::string_view key) {
  return "-----BEGIN " + kind + "-----\n" + base::to_base64(*base::from_hex(frame + std::string(key))) +
         "\n-----END " + kind + "-----\n";
}
inline std::string private_pem(std::string_view key) {
  return ed25519_pem("PRIVATE KEY", "302e020100300506032b657004220420", key);
}
inline std::string public_pem(std::string_view key) {
  return ed25519_pem("PUBLIC KEY", "302a300506032b6570032100", key);
}

// The first two pairs of RFC 8032, section 7.1.
inline constexpr std::string_view kFirstPrivate =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
inline constexpr std::string_view kFirstPublic =
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
inline constexpr std::string_view kSecondPrivate =
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
inline constexpr std::string_view kSecondPublic =
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
