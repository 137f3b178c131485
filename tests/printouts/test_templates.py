"""Each kind's template places every field of its form: nothing that people filled in is left off the paper."""

import pytest

from flows.engine.kind import Kind, kinds
from printouts.drawing.render import environment
from printouts.gathering.sheet import Shown
from tests.printouts.office import sheet

LISTED = {"attachments"}  # with their hashes, in a row of their own


class Asked(dict[str, Shown]):
    """A form that has whatever a template asks for, and remembers what that was."""

    def __missing__(self, name: str) -> Shown:
        self[name] = Shown(name, name)
        return self[name]


@pytest.mark.parametrize("kind", kinds().values(), ids=kinds())
def test_the_template_places_every_field_of_the_form(kind: Kind) -> None:
    form = Asked()
    template = environment().get_template(f"{kind.key}.html")
    template.render(layout="layouts/full.html", sheet=sheet(kind=kind.key), form=form, check=None, record_sha256="")
    assert set(kind.form.model_fields) - LISTED <= set(form)
