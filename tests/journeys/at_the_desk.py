"""What a clerk does at the print desk, in a browser; pages and papers are kept as pictures, to be looked at."""

from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.browsing import DESKTOP, Person
from tests.printouts.reading import coloured


def seen(person: Person, name: str, size: tuple[int, int] = DESKTOP) -> None:
    """Keep a picture of a page; nothing of it lies beyond the edge."""
    person.picture(f"clerk-{name}-{size[0]}")
    assert person.fits(), person.page.url


def made(person: Person, name: str, size: tuple[int, int] = DESKTOP) -> bytes:
    """What a job made, after watching how far it comes."""
    link = person.page.locator("a[href$='/file']")
    expect(link).to_be_visible()
    seen(person, name, size)
    return person.page.context.request.get(str(link.get_attribute("href"))).body()


def merged(clerk: Person, home: Path, name: str, *numbers: str, layout: str = "", bound: str = "") -> bytes:
    """Tick them at the desk, say how, print."""
    clerk.page.goto("/desk?view=all")
    _tick(clerk, *numbers)
    for label, chosen in {"版式": layout, "附件": bound}.items():
        if chosen:
            clerk.page.get_by_label(label, exact=True).select_option(label=chosen)
    clerk.picture(f"clerk-{name}-ticked")
    clerk.page.get_by_role("button", name="合并打印").click()
    pdf = made(clerk, f"{name}-printed")
    keep_pages(pdf, home / "screenshots", f"paper-{name}")
    clerk.page.get_by_role("link", name="返回").click()
    clerk.page.wait_for_url("**/desk?view=all")
    return pdf


def filed(clerk: Person, *numbers: str, size: tuple[int, int] = DESKTOP) -> str:
    """归档; 档号 of the first."""
    clerk.page.goto("/desk?view=unfiled")
    _tick(clerk, *numbers)
    seen(clerk, "unfiled", size)
    clerk.page.get_by_role("button", name="归档 …").click()
    seen(clerk, "filing", size)
    clerk.page.get_by_role("button", name=f"确认归档 {len(numbers)} 份").click()
    expect(clerk.page.get_by_role("status")).to_contain_text(f"已归档 {len(numbers)} 份")
    seen(clerk, "filed", size)
    row = clerk.page.locator("[data-row]", has_text=numbers[0])
    return str(row.locator("[data-label=档号]").inner_text())


def _tick(clerk: Person, *numbers: str) -> None:
    for number in numbers:
        clerk.page.locator("#listed [data-row]", has_text=number).get_by_role("checkbox").check()


def keep_pages(pdf: bytes, folder: Path, name: str) -> None:
    """Pictures of the pages of a paper."""
    folder.mkdir(exist_ok=True)
    for no, page in enumerate(coloured(pdf, 80), 1):
        page.save(folder / f"{name}-{no}.png")
