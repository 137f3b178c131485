"""The daily heads, as they were brought away, against each other and against the record as it is now."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlmodel import Session

from models.finding import Finding
from models.heads import Kept, Line, What, day_of, kept, read
from models.heads_held import held_against
from models.settings import settings


def heads_faults(session: Session, folder: Path) -> Iterator[Finding]:
    """First the files: removed or changed; then, of those that are as they were, each line. One file at a time."""
    files = sorted(file for file in folder.glob("heads-*.csv") if day_of(file.name))
    bad: set[str] = set()
    for finding in [*_copies(files, folder), *_links(files)]:
        bad.add(finding.row.split()[0])
        yield finding
    for file in files:
        if file.name not in bad:
            yield from held_against(session, file.name, read(file.read_bytes()))


def _links(files: Sequence[Path]) -> Iterator[Finding]:
    """Each file names the one before, with its hash."""
    before: Kept | None = None
    for file in files:
        content = file.read_bytes()
        try:
            lines = read(content)
        except ValueError as error:
            yield Finding("heads", file.name, f"读不懂（{error}）：被改动")
            lines = []
        named = next((line for line in lines if line.what is What.previous), None)
        if lines and (fault := _link_fault(file.name, named, before)):
            yield fault
        before = kept(file.name, content)


def _link_fault(name: str, named: Line | None, before: Kept | None) -> Finding | None:
    if (named and named.subject) == (before and before.name):
        changed = named and before and named.hash != before.sha256
        return Finding("heads", named.subject, f"SHA-256 与 {name} 所记的不符：被改动") if named and changed else None
    if named:
        return Finding("heads", named.subject, f"缺失：{name} 接在它之后")
    return Finding("heads", name, "没有写明前一天的文件：被改动")


def _copies(files: Sequence[Path], folder: Path) -> Iterator[Finding]:
    """Against those that we have kept ourselves, where they are still there."""
    own = settings().heads
    if folder.resolve() == own or not own.is_dir():
        return
    for file in files:
        copy = own / file.name
        if copy.is_file() and (line := _first_difference(file.read_bytes(), copy.read_bytes())):
            yield Finding("heads", f"{file.name} line={line}", f"与 {copy} 不同：其中一份被改动")
    there = {file.name for file in files}
    for note in sorted((own / "brought").glob("*.文件夹")):
        if note.read_text() == str(folder) and note.stem not in there:
            yield Finding("heads", note.stem, "缺失：曾经存到这个文件夹")


def _first_difference(one: bytes, other: bytes) -> int | None:
    """The number of the first line that differs, from 1."""
    if one == other:
        return None
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    return next((at for at, (a, b) in enumerate(lines, 1) if a != b), min(one.count(b"\n"), other.count(b"\n")) + 1)
