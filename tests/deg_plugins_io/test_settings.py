"""Settings of readers and formats refuse what makes no sense."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from deg_plugins_io import settings as io_settings
from deg_plugins_io.settings import (
    Hdf5Settings,
    ImagesSettings,
    OpencvSettings,
    PyavSettings,
)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (PyavSettings, {"threads": -1}),
        (PyavSettings, {"frames_per_second": 0}),
        (PyavSettings, {"bit_depth": 7}),
        (OpencvSettings, {"frames_per_second": -25}),
        (ImagesSettings, {"bit_depth": 17}),
        (ImagesSettings, {"frames_per_second": 0}),
        (Hdf5Settings, {"channel_order": "grb"}),
    ],
)
def test_what_makes_no_sense_is_refused(model, values):
    with pytest.raises(ValidationError, match=next(iter(values))):
        model(**values)


def test_every_setting_says_what_it_means():
    models = [
        kind for name, kind in vars(io_settings).items() if name.endswith("Settings") and name != "PluginSettings"
    ]
    assert len(models) >= 5
    assert [field for model in models for field in model.model_fields.values() if not field.description] == []
