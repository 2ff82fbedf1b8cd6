#!/usr/bin/env python3
"""Prints what ICU says of the texts of tests/names/unicode_texts.h: the digests in tests/names/unicode_test.cpp.

    python3 tests/names/icu_digests.py        with ICU 72, which Debian 12 has and whose Unicode is 15.0

ICU has its own code and its own form of the tables, and so is a judge of ours. The tests don't need it: the
digests are in them. Other tables (data/unicode_tables.py) need an ICU of their version, and digests of it.
"""
import ctypes
import hashlib

ICU = 72
uc = ctypes.CDLL('libicuuc.so.%d' % ICU)
i18n = ctypes.CDLL('libicui18n.so.%d' % ICU)


def function(library, name, result, *arguments):
    f = getattr(library, '%s_%d' % (name, ICU))
    f.restype, f.argtypes = result, arguments
    return f


pointer, text, integer, status = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.POINTER(ctypes.c_int)
ERROR = ctypes.c_int(0)


def checked():
    assert ERROR.value <= 0, ERROR.value
    ERROR.value = 0


version = (ctypes.c_uint8 * 4)()
function(uc, 'u_getUnicodeVersion', None, ctypes.c_uint8 * 4)(version)
assert tuple(version)[:2] == (15, 0), tuple(version)

normalize = function(uc, 'unorm2_normalize', integer, pointer, text, integer, pointer, integer, status)
has_property = function(uc, 'u_hasBinaryProperty', ctypes.c_int8, integer, integer)
IGNORABLE = 5  # UCHAR_DEFAULT_IGNORABLE_CODE_POINT
spoof = function(i18n, 'uspoof_open', pointer, status)(ctypes.byref(ERROR))
checked()
get_skeleton = function(i18n, 'uspoof_getSkeleton', integer, pointer, ctypes.c_uint32, text, integer, pointer,
                        integer, status)
check = function(i18n, 'uspoof_check2', integer, pointer, text, integer, pointer, status)
result = function(i18n, 'uspoof_openCheckResult', pointer, status)(ctypes.byref(ERROR))
level = function(i18n, 'uspoof_getCheckResultRestrictionLevel', ctypes.c_uint32, pointer, status)
function(i18n, 'uspoof_setChecks', None, pointer, integer, status)(spoof, 16, ctypes.byref(ERROR))
checked()
SINGLE_SCRIPT = 0x20000000
room = ctypes.create_string_buffer(1 << 16)


def form(name):
    get = function(uc, name, pointer, status)
    normalizer = get(ctypes.byref(ERROR))
    checked()

    def apply(string):
        units = string.encode('utf-16-le')
        length = normalize(normalizer, units, len(units) // 2, room, len(room) // 2, ctypes.byref(ERROR))
        checked()
        return room.raw[:2 * length].decode('utf-16-le')
    return apply


nfd, nfc = form('unorm2_getNFDInstance'), form('unorm2_getNFCInstance')
casefold = form('unorm2_getNFKCCasefoldInstance')


def skeleton(string):
    units = ''.join(c for c in string if not has_property(ord(c), IGNORABLE)).encode('utf-16-le')
    length = get_skeleton(spoof, 0, units, len(units) // 2, room, len(room) // 2, ctypes.byref(ERROR))
    checked()
    return room.raw[:2 * length].decode('utf-16-le')


def mixes_scripts(string):
    units = string.encode('utf-16-le')
    check(spoof, units, len(units) // 2, result, ctypes.byref(ERROR))
    found = level(result, ctypes.byref(ERROR))
    checked()
    return '1' if found > SINGLE_SCRIPT else '0'


def characters():
    """As each_character() of tests/names/unicode_texts.h."""
    for c in range(0xE1000):
        if not 0xD800 <= c < 0xE000 and not 0x33000 <= c < 0xE0000:
            yield chr(c)


def mixtures():
    """As each_mixture() there."""
    state = 1

    def below(limit):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        return (state >> 33) % limit

    for _ in range(50000):
        string = ''
        for _ in range(1 + below(8)):
            kind = below(4)
            c = (0x300 + below(0x70) if kind == 0 else 0x20 + below(0x600) if kind == 1 else
                 0x1100 + below(0x100) if kind == 2 and below(4) == 0 else below(0x20000))
            if not 0xD800 <= c < 0xE000:
                string += chr(c)
        yield string


for name, apply in [('nfd', nfd), ('nfc', nfc), ('nfkc_casefold', lambda s: casefold(nfd(s))),
                    ('skeleton', skeleton), ('mixes_scripts', mixes_scripts)]:
    for texts in (characters, mixtures):
        digest = hashlib.sha256()
        for string in texts():
            digest.update(apply(string).encode() + b'\n')
        print('%-14s %-11s %s' % (name, texts.__name__, digest.hexdigest()))
