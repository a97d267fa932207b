"""What the how-to pages tell people to write keeps its contract."""

from __future__ import annotations

import howto

from deg_core.descriptors import KINDS

for _page in howto.PAGES:
    globals().update(howto.contracts_of(_page))  # collected by pytest as if they stood here


def test_there_is_a_page_for_every_kind_which_offers_it() -> None:
    offered = {page.stem: [type(plugin) for plugin in howto.plugins_of(page)] for page in howto.PAGES}
    assert offered == {kind.kind.replace(" ", "-"): [kind] for kind in KINDS}


def test_every_page_but_that_of_a_command_has_a_contract_test() -> None:
    assert [page.stem for page in howto.PAGES if not howto.contracts_of(page)] in ([], ["command"])
