"""What deg expects of every feature extractor, with one animal and with two."""

from __future__ import annotations

import subprocess
import sys

import pytest
from deg_core.api import CheckpointError
from deg_core.testing import FeatureExtractorContract

from deg_keypoints.networks import KeypointsAndPicture
from deg_keypoints.plugin import keypoints, keypoints_and_picture
from deg_keypoints.settings import BodySettings, KeypointsAndPictureSettings, KeypointsSettings

SMALL = {
    "keypoints": ("nose", "left", "right", "tail"),
    "body": ("tail", "nose"),
    "distances": (("left", "right"), ("nose", "left")),
    "angles": (("left", "tail", "right"),),
    "areas": (("nose", "left", "tail", "right"),),
    "moving": ("nose",),
}


class TestKeypoints(FeatureExtractorContract):
    plugin = keypoints


class TestKeypointsOfTwo(FeatureExtractorContract):
    plugin = keypoints

    def settings(self):
        return KeypointsSettings(**SMALL, individuals=2, hidden=(8,), dropout=0.5)


class TestKeypointsAndPicture(FeatureExtractorContract):
    plugin = keypoints_and_picture
    size = (32, 32)

    def settings(self):
        return KeypointsAndPictureSettings(**SMALL)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"distances": (("nose", "toe"),)}, "distances names 'toe', which is not among keypoints"),
        ({"body": ("tail", "snout")}, "body names 'snout'"),
        ({"areas": (("nose", "tail"),)}, "a polygon needs three corners"),
        ({"keypoints": ("nose", "nose", "left", "right", "tail")}, "a keypoint is named twice"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(change, problem):
    with pytest.raises(ValueError, match=problem):
        BodySettings(**{**SMALL, **change})


def test_imagenet_weights_that_cannot_be_had_are_told(monkeypatch):
    network = KeypointsAndPicture(KeypointsAndPictureSettings(**SMALL, weights="imagenet"), 2)

    def offline(*_, **__):
        raise OSError("no route")

    monkeypatch.setattr("torch.hub.load_state_dict_from_url", offline)
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    with pytest.raises(CheckpointError, match="the weights of resnet18 cannot be fetched"):
        network.load_starting_weights()
    assert KeypointsAndPicture(KeypointsAndPictureSettings(**SMALL), 2).load_starting_weights() == ()


def test_listing_the_plugins_imports_neither_torch_nor_sleap_io():
    code = "import sys, deg_keypoints.plugin; print(sorted({'torch', 'sleap_io', 'h5py', 'pandas'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "[]"
