"""A sheet as a Word file (Office Open XML), the same bytes for the same sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT_TYPES = (
    _HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    _HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_FONTS = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun"/>'
_PAGE = (  # A4, margins of 2.5 cm; in twentieths of a point
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" '
    'w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
)
_WIDTH = 9072  # of what stands between the margins
_HEIGHT = '<w:trHeight w:val="454" w:hRule="atLeast"/>'  # 8 mm, so that a signature fits
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_EDGES}</w:tblBorders></w:tblPr>'
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # a ZIP file knows no earlier one


@dataclass(frozen=True)
class Sheet:
    """One printable sheet: a title, facts by name, a table, and remarks below."""

    title: str
    facts: Sequence[tuple[str, str]]
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    remarks: Sequence[str] = field(default=())


def word_file(sheet: Sheet) -> bytes:
    """Return a sheet as the content of a `.docx` file."""
    body = "".join(_body(sheet))
    document = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}{_PAGE}</w:body></w:document>'
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, text in (
            ("[Content_Types].xml", _CONTENT_TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(ZipInfo(name, _DAY_ONE), text, ZIP_DEFLATED)
    return made.getvalue()


def _body(sheet: Sheet) -> Iterator[str]:
    yield _paragraph(sheet.title, size=36, bold=True, centred=True)
    yield _table([[name, value] for name, value in sheet.facts], (), widths=(2600, _WIDTH - 2600))
    yield _paragraph("")
    if sheet.rows:
        yield _table(sheet.rows, sheet.head)
        yield _paragraph("")
    for remark in sheet.remarks:
        yield _paragraph(remark)


def _table(rows: Sequence[Sequence[str]], head: Sequence[str], widths: Sequence[int] = ()) -> str:
    widths = widths or [_WIDTH // len(rows[0])] * len(rows[0])
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = [_row(row, widths) for row in rows]
    if head:
        lines.insert(0, _row(head, widths, bold=True))
    return f"<w:tbl>{_TABLE}<w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"


def _row(cells: Sequence[str], widths: Sequence[int], *, bold: bool = False) -> str:
    repeated = "<w:tblHeader/>" if bold else ""
    told = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(cell, bold=bold)}</w:tc>"
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{_HEIGHT}{repeated}</w:trPr>{told}</w:tr>"


def _paragraph(text: str, *, size: int = 24, bold: bool = False, centred: bool = False) -> str:
    layout = '<w:jc w:val="center"/>' if centred else ""
    look = f'{_FONTS}{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/>'
    return (
        f'<w:p><w:pPr>{layout}</w:pPr><w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">'
        f"{escape(text)}</w:t></w:r></w:p>"
    )
