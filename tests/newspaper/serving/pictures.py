"""Pictures and papers drawn on the spot: a landscape for every photo, and a page of PDF."""

from __future__ import annotations

import random

from tests.newspaper.newsroom.writing import slugify


def landscape(path: str) -> bytes:
    """A picture for a path: hills and a sky, the same every time."""
    rng = random.Random(path)
    hue = rng.randrange(360)
    hills = "".join(
        f'<path fill="hsl({(hue + 30 * depth) % 360} 25% {55 - 12 * depth}%)" d="M0 {height} '
        f"Q200 {height - rng.randint(30, 110)} 420 {height - 10} T800 {height - rng.randint(0, 60)} "
        f'V450 H0 Z"/>'
        for depth, height in enumerate((250, 310, 370))
    )
    sun = f'<circle cx="{rng.randint(80, 720)}" cy="{rng.randint(60, 150)}" r="34" fill="hsl({hue} 60% 92%)"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 450" width="800" height="450">'
        f'<rect width="800" height="450" fill="hsl({hue} 35% 78%)"/>{sun}{hills}</svg>'
    ).encode()


def pdf(headline: str) -> bytes:
    """A PDF of one page that bears the headline in Latin letters."""
    line = slugify(headline).replace("-", " ")
    drawing = f"BT /F1 18 Tf 50 780 Td ({line}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out
        + head
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    )
