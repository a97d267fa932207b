from __future__ import annotations

import json
import subprocess
import sys

import pytest

from deg_backbones.plugin import deg_feature_extractors


def test_four_extractors_are_offered() -> None:
    names = [offered.name for offered in deg_feature_extractors()]
    assert names == ["timm-image", "torchvision-video", "frozen-image", "frozen-video"]


@pytest.mark.parametrize("offered", list(deg_feature_extractors()), ids=lambda offered: offered.name)
def test_settings_say_what_they_mean_and_survive_a_card(offered) -> None:
    assert 0 < len(offered.summary) <= 100
    assert all(field.description for field in offered.settings.model_fields.values())
    card = json.loads(json.dumps(offered.settings().model_dump(mode="json")))
    assert offered.settings.model_validate(card) == offered.settings()


def test_listing_them_imports_neither_timm_nor_torch() -> None:
    code = "import sys, deg_backbones.plugin; print(sorted({'timm', 'torch', 'torchvision'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "[]"
