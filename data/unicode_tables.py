#!/usr/bin/env python3
"""Makes the tables by which names are compared (lib/names/*_table.h) of Unicode's data files:

    python3 data/unicode_tables.py FOLDER

FOLDER holds UnicodeData.txt, DerivedNormalizationProps.txt, DerivedCoreProperties.txt, Scripts.txt,
ScriptExtensions.txt, PropertyValueAliases.txt and emoji-data.txt of one version of the Unicode Character Database,
and confusables.txt of the same version of UTS #39. Debian 12's package unicode-data (15.0.0) has all but the last,
which is at https://www.unicode.org/Public/security/15.0.0/.

The tables are part of what the store's format says: keys of its indexes are made by them. Other tables need a
step in lib/store/migrate.cpp that makes those indexes anew.
"""
import os
import re
import sys

VERSION = '15.0.0'
folder = sys.argv[1]
lib = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib', 'names')


def rows(name, versioned=True):
    """The fields of each line; a first line or a `# Version:` tells the version, which must be ours."""
    with open(os.path.join(folder, name), encoding='utf-8-sig') as lines:
        text = lines.read()
    if versioned:
        assert VERSION in text[:500] or VERSION.rsplit('.', 1)[0] in text[:500], name + ' is not of ' + VERSION
    for line in text.splitlines():
        line = line.split('#')[0].strip()
        if line:
            yield [field.strip() for field in line.split(';')]


def span(field):
    ends = [int(end, 16) for end in field.split('..')]
    return range(ends[0], ends[-1] + 1)


def points(field):
    return tuple(int(point, 16) for point in field.split())


# What the files say.

ccc, canonical = {}, {}
for fields in rows('UnicodeData.txt', versioned=False):
    c = int(fields[0], 16)
    if fields[3] != '0':
        ccc[c] = int(fields[3])
    if fields[5] and not fields[5].startswith('<'):
        canonical[c] = points(fields[5])

folded, excluded = {}, set()
for fields in rows('DerivedNormalizationProps.txt'):
    if fields[1] == 'NFKC_CF':
        for c in span(fields[0]):
            folded[c] = points(fields[2])
    elif fields[1] == 'Full_Composition_Exclusion':
        excluded.update(span(fields[0]))

ignorable = set()
for fields in rows('DerivedCoreProperties.txt'):
    if fields[1] == 'Default_Ignorable_Code_Point':
        ignorable.update(span(fields[0]))

pictographic = set()
for fields in rows('emoji-data.txt'):
    if fields[1] == 'Extended_Pictographic':
        pictographic.update(span(fields[0]))

prototype = {}
for fields in rows('confusables.txt'):
    prototype[int(fields[0], 16)] = points(fields[1])

long_name = {}
for fields in rows('PropertyValueAliases.txt'):
    if fields[0] == 'sc':
        long_name[fields[1]] = fields[2]
scripts = {}
for fields in rows('Scripts.txt'):
    for c in span(fields[0]):
        scripts[c] = {fields[1]}
for fields in rows('ScriptExtensions.txt'):
    for c in span(fields[0]):
        scripts[c] = {long_name[short] for short in fields[1].split()}

# Every code point that folds to nothing is ignorable, and the other way round: one table serves both.
assert {c for c, to in folded.items() if not to} == ignorable
for c, to in canonical.items():
    assert len(to) in (1, 2)
    assert len(to) == 1 or to[1] not in canonical  # so that only the first is taken apart further

# UTS #39, 5.1: sets are augmented so that what is written together counts as one script.
TOGETHER = [('Hanb', {'Han', 'Bopomofo'}), ('Jpan', {'Han', 'Hiragana', 'Katakana'}), ('Kore', {'Han', 'Hangul'})]


def augmented(names):
    if names & {'Common', 'Inherited'}:
        return None  # every script
    return frozenset(names | {whole for whole, parts in TOGETHER if names & parts})


# How the tables are written.

def hexadecimal(number):
    return '0x%X' % number if number > 9 else str(number)


def wrapped(items):
    lines, line = [], '   '
    for item in items:
        if len(line) + len(item) + 2 > 110:
            lines.append(line)
            line = '   '
        line += ' ' + item + ','
    return '\n'.join(lines + [line])


def array(kind, name, items, comment):
    items = list(items)
    comment = '\n'.join('// ' + line for line in comment)
    return '%s\ninline constexpr std::array<%s, %d> %s = {{\n%s\n}};\n' % (
        comment, kind, len(items), name, wrapped(items))


def struct(*numbers):
    return '{' + ','.join(hexadecimal(number) for number in numbers) + '}'


def spans(of, value):
    """[first, last, value] of runs of neighbours with the same value."""
    runs = []
    for c in sorted(of):
        if runs and runs[-1][1] == c - 1 and runs[-1][2] == value(c):
            runs[-1][1] = c
        else:
            runs.append([c, c, value(c)])
    return runs


def mappings(of, name, comment):
    """What each code point becomes: runs of neighbours that become texts of the same length, and these texts."""
    text, runs = [], []
    for c in sorted(of):
        if runs and runs[-1][1] == c - 1 and runs[-1][3] == len(of[c]):
            runs[-1][1] = c
        else:
            runs.append([c, c, len(text), len(of[c])])
        text += of[c]
    assert len(text) < 0x10000
    return (array('MappingRun', 'k' + name, (struct(*run) for run in runs), comment) + '\n' +
            array('char32_t', 'k' + name + 'Text', map(hexadecimal, text), ['Their texts, one behind the other.']))


NOTICE = '''#pragma once
// Made by data/unicode_tables.py of Unicode %s; not edited by hand.
//
// Copyright (c) 1991-2022 Unicode, Inc. All rights reserved. Used under the Unicode License V3, which
// data/unicode-license.txt has in full. This file has parts of the data in a form of its own.
#include <array>
#include <cstdint>

#include "names/unicode_table.h"

namespace names {

''' % VERSION


def write(name, *tables):
    with open(os.path.join(lib, name), 'w', encoding='ascii') as out:
        out.write(NOTICE + '\n'.join(tables) + '\n}  // namespace names\n')


kept = {c: to for c, to in folded.items() if to and c not in canonical}
compositions = sorted((to, c) for c, to in canonical.items() if c not in excluded)
write('normalization_table.h',
      array('CombiningClass', 'kCombiningClasses',
            (struct(*run) for run in spans(ccc, ccc.get)), ['Canonical_Combining_Class, where it isn\'t 0.']),
      array('Decomposition', 'kDecompositions',
            (struct(c, *(canonical[c] + (0,))[:2]) for c in sorted(canonical)),
            ['Decomposition_Mapping of what is canonically decomposed, one step. Hangul syllables are', 'computed.']),
      array('Decomposition', 'kCompositions', (struct(c, *to) for to, c in compositions),
            ['Those that are composed again, in the order of what they are composed of.']))
write('fold_table.h',
      mappings(kept, 'Foldings',
               ['NFKC_Casefold of what is in NFD, where it is another and isn\'t empty (kIgnorable).']))
write('character_table.h',
      array('Span', 'kIgnorable', (struct(*run[:2]) for run in spans(ignorable, lambda c: 0)),
            ['Default_Ignorable_Code_Point.']),
      array('Span', 'kPictographic', (struct(*run[:2]) for run in spans(pictographic, lambda c: 0)),
            ['Extended_Pictographic.']))

sets = {c: augmented(of) for c, of in scripts.items()}
numbers = {name: n for n, name in enumerate(sorted({name for of in sets.values() if of for name in of}))}
assert len(numbers) <= 191  # the last bit is that of no script
numbers['Unknown'] = 191
everything = frozenset(numbers)
sets = {c: of or everything for c, of in sets.items()}
distinct = sorted(set(sets.values()), key=lambda of: (len(of), sorted(of)))
place = {of: n for n, of in enumerate(distinct)}


def words(of):
    bits = (1 << 192) - 1 if of == everything else sum(1 << numbers[name] for name in of)
    return '{{' + ','.join(hexadecimal(bits >> shift & (1 << 64) - 1) for shift in (0, 64, 128)) + '}}'


write('prototype_table.h',
      mappings(prototype, 'Prototypes', ['What a character looks like: prototypes of confusables.txt (UTS #39).']))
write('script_table.h',
      array('ScriptSpan', 'kScripts', (struct(*run) for run in spans(sets, lambda c: place[sets[c]])),
            ['Which of the sets below a character\'s scripts are. One without an entry is of no known script.']),
      array('ScriptSet', 'kScriptSets', map(words, distinct),
            ['Script_Extensions, augmented as UTS #39 5.1 says; a bit for each script, all bits for what', 'belongs to any.']))
