#!/usr/bin/env python3
"""Cuts the fonts that the window embeds out of Debian's font packages.

    apt-get install fonts-inter fonts-noto-cjk fonts-noto-core
    pip install fonttools
    python3 subset.py [--root DIR] [--out DIR] [TEXT …]

The same packages, fonttools and texts give the same bytes: no time stamp is
written, and characters are taken in code point order. README.md beside this
file names the versions.

TEXT are files (UTF-8) whose characters must be drawable as well: the Chinese
words and lessons. A character that no face has is an error, not a box.
`--root` is where the packages are unpacked (default `/`).

All faces are given the ascent and descent of Inter. The window centres a
fallback face on the line of the first face of its family; with the same
proportions the baselines meet, and a line does not grow when a Chinese
character enters it.
"""

import argparse
import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

NOTO = "usr/share/fonts/truetype/noto/"
INTER = "usr/share/fonts/opentype/inter/"
CJK = "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
CJK_SC = 2  # index of "Noto Sans CJK SC" in the collection

# Code point ranges of the Latin faces; what the font lacks is left out.
LATIN = [
    (0x20, 0x7E), (0xA0, 0x17F),  # ASCII, Latin-1, Latin Extended-A
    (0x391, 0x3C9),  # Greek: Δ, µ and their kin in formulas
    (0x2000, 0x206F), (0x2070, 0x209F), (0x20AC, 0x20AC),  # punctuation, super- and subscripts, €
    (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF),  # letter-like, arrows, mathematics
    (0x2300, 0x23FF), (0x25A0, 0x25FF), (0x2600, 0x27BF),  # technical, shapes, dingbats
]

# The signs of the timeline that Inter lacks, from two Noto faces.
SIGNS_MATH = "⇄⇅⇆⧉⋯⋮⟲⟳↶↷↺"
SIGNS_SYMBOLS = "✕✔✎⏱⏸⏵⏴⏮⏭⏹⏺◐◑▸▾▴◂☐☑🔍🔒"


def gb2312(rows):
    """The characters of the given rows (1…94) of GB 2312."""
    out = set()
    for row in rows:
        for cell in range(1, 95):
            try:
                out.add(bytes([0xA0 + row, 0xA0 + cell]).decode("gb2312"))
            except UnicodeDecodeError:
                pass  # an unassigned cell
    return out


# Rows 1–3: punctuation, numbered signs, full-width forms; 9: box drawing;
# 16–55: the 3755 characters of level 1.
# Beyond level 1, in our own texts: 阈, as in 慢启动阈值.
CHINESE = gb2312([1, 2, 3, 9, *range(16, 56)]) | set("阈")


def between(ranges):
    return {chr(c) for first, last in ranges for c in range(first, last + 1)}


def cut(source, number, chars, features, out, ascent, descent):
    """Writes the subset of one face; returns the characters it has."""
    options = subset.Options()
    options.font_number = number
    options.layout_features = features
    options.hinting = False  # the window hints outlines itself
    options.desubroutinize = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]  # with copyright and licence
    options.name_languages = [0x409]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "MATH", "meta"]
    font = subset.load_font(str(source), options)
    have = {c for c in chars if ord(c) in font.getBestCmap()}
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(map(ord, have)))
    subsetter.subset(font)
    scale = font["head"].unitsPerEm
    up, down = round(ascent * scale), -round(descent * scale)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = up, down, 0
    os2 = font["OS/2"]
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = up, down, 0
    os2.usWinAscent, os2.usWinDescent = up, -down
    font.recalcTimestamp = False
    font.save(out, reorderTables=True)
    print(f"{out.name:28} {out.stat().st_size:8} bytes  {len(have):5} characters")
    return have


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path("/"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("texts", nargs="*", type=pathlib.Path, metavar="TEXT")
    args = parser.parse_args()

    asked = {c for text in args.texts for c in text.read_text(encoding="utf-8") if c.isprintable()}
    inter = TTFont(args.root / INTER / "Inter-Regular.otf")
    em, hhea = inter["head"].unitsPerEm, inter["hhea"]
    line = (hhea.ascent / em, -hhea.descent / em)

    def face(source, number, chars, features, name):
        return cut(args.root / source, number, chars, features, args.out / name, *line)

    latin = between(LATIN)
    have = face(INTER + "Inter-Regular.otf", -1, latin | asked, ["kern", "mark", "mkmk", "ccmp"], "Inter-Regular.otf")
    face(INTER + "Inter-SemiBold.otf", -1, latin | asked, ["kern", "mark", "mkmk", "ccmp"], "Inter-SemiBold.otf")
    have |= face(NOTO + "NotoSansMath-Regular.ttf", -1, set(SIGNS_MATH), [], "NotoSansMath-Signs.ttf")
    have |= face(NOTO + "NotoSansSymbols2-Regular.ttf", -1, set(SIGNS_SYMBOLS), [], "NotoSansSymbols2-Signs.ttf")
    have |= face(CJK, CJK_SC, CHINESE | (asked - have), [], "NotoSansCJKsc-Subset.otf")

    lost = sorted((asked | set(SIGNS_MATH) | set(SIGNS_SYMBOLS) | CHINESE) - have)
    if lost:
        sys.exit("no face has: " + " ".join(f"{c} U+{ord(c):04X}" for c in lost))


if __name__ == "__main__":
    main()
