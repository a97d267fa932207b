"""Runs of every stage and every network of the original, with weights that are made from names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from deg_core import Project
from deg_core.api import CheckpointError
from made_originals import answer_in_published_block, change_yaml, made_state, settings_of, write_run, write_yaml
from safetensors.numpy import load_file
from test_restricted_pickle import Calls

from deg_import_deepethogram.importing import import_plan
from deg_import_deepethogram.plan import Choice, Plan, make_plan

CLASSES = ("background", "a", "b", "c", "d")
FEATURES = "210102_000000_feature_extractor_train"
SEQUENCE = "210103_000000_sequence_train"
State = dict[str, torch.Tensor]
Spoil = Callable[[State], Any]


@pytest.fixture
def root(original: Path, tmp_path: Path) -> Path:
    """A project of the original with one unlabelled recording and no runs."""
    root = tmp_path / "made_deepethogram"
    write_yaml(root / "project_config.yaml", settings_of(CLASSES, None))
    (root / "DATA" / "one").mkdir(parents=True)
    shutil.copyfile(original / "DATA/animal0/animal0.avi", root / "DATA" / "one" / "one.avi")
    return root


def bring(root: Path, tmp_path: Path, **choice: Any) -> tuple[Plan, Project]:
    plan = make_plan(root, Choice(**choice))
    return plan, Project(import_plan(plan, tmp_path / "new"))


def add_sequence(root: Path, state: State, **sequence: Any) -> Path:
    settings = settings_of(CLASSES, "sequence", sequence={"arch": "tgmj", **sequence})
    return write_run(root / "models", SEQUENCE, settings, state, np.full((1, 5), 0.3))


def add_features(root: Path, state: State, name: str = FEATURES, **settings: Any) -> Path:
    return write_run(root / "models", name, settings_of(CLASSES, "feature_extractor", **settings), state)


SEQUENCE_MODELS = {
    "sequence_tgmj": {},
    "sequence_tgmj-hard-attention": {"soft_attn": False},
    "sequence_tgmj-no-final-bn": {"final_bn": False},
    "sequence_tgmj-linear": {"nonlinear_classification": False},
    "sequence_tgmj-mean": {"tgm_reduction": "mean"},
    "sequence_tgmj-conv1x1": {"tgm_reduction": "conv1x1"},
    "sequence_tgmj-one-layer-even-filter": {"num_layers": 1, "filter_length": 8},
    "sequence_tgm": {"arch": "tgm"},
    "sequence_linear": {"arch": "linear"},
    "sequence_conv": {"arch": "conv_nonlinear"},
    "sequence_rnn": {"arch": "rnn", "rnn_style": "rnn"},
    "sequence_gru": {"arch": "rnn", "rnn_style": "gru"},
    "sequence_lstm": {"arch": "rnn", "rnn_style": "lstm"},
    "sequence_lstm-bidirectional": {"arch": "rnn", "rnn_style": "lstm", "bidirectional": True},
}


@pytest.mark.parametrize("name", SEQUENCE_MODELS)
def test_every_sequence_model_answers_as_in_the_original(name: str, root: Path, parity: Path, tmp_path: Path) -> None:
    add_sequence(root, made_state(parity, name), **SEQUENCE_MODELS[name])
    _, project = bring(root, tmp_path)
    with np.load(parity / "strong" / f"{name}.npz") as arrays:
        expected = arrays["a_logits"][0]
    state = _parity_state(parity)
    latents = state.make_latents("latents/a", (2, 1024, 180), 0)[0].T
    found = answer_in_published_block(project, np.ascontiguousarray(latents))
    assert np.abs(found - _time_first(expected)[:, 1:]).max() < 1e-4


def test_a_run_as_the_original_wrote_it_answers_as_it_did(root: Path, parity: Path, tmp_path: Path) -> None:
    classes = ["background", *(f"behaviour-{index}" for index in range(1, 5))]
    change_yaml(root / "project_config.yaml", "project.class_names", classes)
    shutil.copytree(parity / "run_200101_000000_sequence_train", root / "models" / "200101_000000_sequence_train")
    _, project = bring(root, tmp_path)
    latents = _parity_state(parity).make_input("latents", (2, 1024, 180), 0, 1.0)[0].T
    with np.load(parity / "run_expected.npz") as arrays:
        expected = _time_first(arrays["logits"][0])[:, 1:]
    assert np.abs(answer_in_published_block(project, np.ascontiguousarray(latents)) - expected).max() < 1e-4
    assert project.run().thresholds == pytest.approx((0.4,) * 4, abs=1e-6)  # of epoch 3, whose weights are the best


def test_the_perceptron_comes_though_its_names_begin_like_a_prefix(root: Path, parity: Path, tmp_path: Path) -> None:
    settings = settings_of(CLASSES, "sequence", sequence={"arch": "mlp"})
    write_run(root / "models", SEQUENCE, settings, made_state(parity, "sequence_mlp"), epoch=None)
    _, project = bring(root, tmp_path)
    assert project.run().plugin.settings["window"] == 1
    latents = np.tile(_parity_state(parity).make_input("latents", (2, 1024, 180), 0, 1.0)[0, :, 0], (3, 1))
    state = made_state(parity, "sequence_mlp")
    hidden = torch.from_numpy(latents)
    for layer in (0, 3, 6):
        hidden = hidden @ state[f"model.{layer}.weight"].T + state[f"model.{layer}.bias"]
        hidden = hidden.relu() if layer != 6 else hidden
    assert np.abs(answer_in_published_block(project, latents) - hidden[:, 1:].numpy()).max() < 1e-4


def _parity_state(parity: Path) -> Any:
    import importlib.util

    spec = importlib.util.spec_from_file_location("parity_state", parity / "state.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _time_first(logits: np.ndarray) -> np.ndarray:
    return logits if logits.shape[0] == 180 else logits.T


FEATURE_MODELS = {
    "deg_f": {},
    "deg_f_final-bn": {"final_bn": True},
    "deg_f_weighted_average": {"fusion": "weighted_average"},
    "deg_f_concatenate": {"fusion": "concatenate"},
    "deg_m": {"arch": "resnet50"},
    "deg_s": {"arch": "resnet3d_34", "n_rgb": 11},
}
FLOW_OF = {"deg_m": "MotionNet", "deg_s": "TinyMotionNet3D"}
SPLIT_HEAVY = [pytest.param(name, marks=pytest.mark.slow) if name in FLOW_OF else name for name in FEATURE_MODELS]


@pytest.mark.parametrize("name", SPLIT_HEAVY)
def test_every_feature_extractor_comes_with_the_flow_generator_inside_it(
    name: str, root: Path, parity: Path, tmp_path: Path
) -> None:
    state = made_state(parity, name)
    flow = {"arch": FLOW_OF.get(name, "TinyMotionNet")}
    extractor = {"n_flows": 10, "arch": "resnet18", **FEATURE_MODELS[name]}
    add_features(root, state, feature_extractor=extractor, flow_generator=flow)
    plan, project = bring(root, tmp_path)
    assert [run.stage for run in plan.runs] == ["flow", "features"]
    flow_run, run = project.runs()
    assert run.built_on == flow_run.run_id
    assert run.plugin.settings["original_channels"] == (name != "deg_s")
    folder = project.workspace.layout.run(run.run_id)
    brought = load_file(folder / "weights.safetensors")
    inner = load_file(project.workspace.layout.run(flow_run.run_id) / "weights.safetensors")
    assert len(brought) + len(inner) == len(state)
    for key, tensor in brought.items():
        given = state[key].numpy()
        assert np.array_equal(tensor, given if tensor.shape == given.shape else given[1:])
    for key, tensor in inner.items():
        assert np.array_equal(tensor, state[f"flow_generator.{key}"].numpy())


def test_a_run_of_its_own_can_be_chosen_for_flow(root: Path, parity: Path, tmp_path: Path) -> None:
    flow = "210101_000000_flow_generator_train"
    state = made_state(parity, "tiny-motion-net")
    write_run(root / "models", flow, settings_of(CLASSES, "flow_generator"), state, epoch=None)
    add_features(root, made_state(parity, "deg_f"))
    plan, project = bring(root, tmp_path, flow=flow)
    assert [run.name for run in plan.runs if run.stage == "flow"] == [flow, f"{flow} for {FEATURES}"]
    run = project.runs()[-1]
    weights = load_file(project.workspace.layout.run(run.built_on) / "weights.safetensors")
    assert all(np.array_equal(tensor, state[name].numpy()) for name, tensor in weights.items())


def test_a_sequence_run_is_built_on_the_newest_extractor_before_it(root: Path, parity: Path, tmp_path: Path) -> None:
    state = made_state(parity, "deg_f")
    for name in ("210101_000000_feature_extractor_train", FEATURES, "210104_000000_feature_extractor_train"):
        add_features(root, state, name=name)
    add_sequence(root, made_state(parity, "sequence_tgmj"))
    plan, project = bring(root, tmp_path)
    assert project.run().built_on == "features-20210102-000000"
    assert any(f"{SEQUENCE} is taken to read {FEATURES}" in note for note in plan.notes)


def test_classes_that_exclude_each_other_keep_background_as_none(root: Path, parity: Path, tmp_path: Path) -> None:
    for path in [root / "project_config.yaml"]:
        change_yaml(path, "feature_extractor.final_activation", "softmax")
    state = made_state(parity, "sequence_linear")
    folder = add_sequence(root, state, arch="linear")
    change_yaml(folder / "config.yaml", "feature_extractor.final_activation", "softmax")
    _, project = bring(root, tmp_path)
    run = project.run()
    assert project.manifest.exclusive
    assert run.thresholds == ()
    brought = load_file(project.workspace.layout.run(run.run_id) / "weights.safetensors")
    assert np.array_equal(brought["conv1.bias"], state["conv1.bias"].numpy()[[1, 2, 3, 4, 0]])


def test_a_run_without_thresholds_gets_one_half_and_says_so(root: Path, parity: Path, tmp_path: Path) -> None:
    folder = add_sequence(root, made_state(parity, "sequence_linear"), arch="linear")
    (folder / "classification_metrics.h5").unlink()
    plan, project = bring(root, tmp_path)
    assert project.run().thresholds == (0.5,) * 4
    assert any("kept no thresholds" in note for note in plan.notes)


def test_without_labels_bouts_are_as_for_behaviours_that_never_happen(root: Path, parity: Path, tmp_path: Path) -> None:
    """The original cannot decide at all then; of behaviours without bouts it drops single frames."""
    add_sequence(root, made_state(parity, "sequence_linear"), arch="linear")
    _, project = bring(root, tmp_path)
    assert project.run().postprocess.learned == {"frames": [2, 2, 2, 2]}


def test_files_of_older_versions_are_read(root: Path, parity: Path, tmp_path: Path) -> None:
    """`hyperparameters.yaml`, torch's older kind of file, and thresholds in their older place."""
    settings = settings_of(CLASSES, None, sequence={"arch": "linear"})
    state, rows = made_state(parity, "sequence_linear"), [[0.1] * 5, [0.7] * 5]
    write_run(root / "models", SEQUENCE, settings, state, rows, epoch=None, legacy=True)
    _, project = bring(root, tmp_path)
    assert project.run().thresholds == pytest.approx((0.7,) * 4)


def test_weights_of_kinetics_come_to_train_from(root: Path, parity: Path, tmp_path: Path) -> None:
    heads = ("spatial_classifier.1", "flow_classifier.1")
    state = made_state(parity, "deg_f", 700, heads)
    settings = settings_of([f"class-{index}" for index in range(700)], "feature_extractor")
    write_run(root / "models" / "pretrained_models", "200415_125824_hidden_two_stream_kinetics_degf", settings, state)
    flow = settings_of(CLASSES, "flow_generator")
    name = "pretrained_models/200221_115158_TinyMotionNet"
    write_run(root / "models", name, flow, made_state(parity, "tiny-motion-net"), epoch=None)
    plan, project = bring(root, tmp_path)
    assert [(each.name.rpartition("/")[2], each.n_classes) for each in plan.starting] == [
        ("200415_125824_hidden_two_stream_kinetics_degf", 700)
    ]
    path = Path(project.manifest.features.settings["weights"])
    assert path.parent == project.workspace.layout.root / "starting_weights"
    weights = load_file(path)
    assert np.array_equal(weights["spatial_classifier.1.weight"], state["spatial_classifier.1.weight"].numpy())
    assert not any(key.startswith("flow_generator") for key in weights)
    assert [run.stage for run in project.runs()] == ["flow"]
    choice = project.workspace.choices.features
    network = choice.plugin.build(choice.settings, 4)
    told = network.load_starting_weights()
    assert any("spatial_classifier" in sentence for sentence in told)
    assert np.array_equal(
        network.state_dict()["flow_classifier.0.conv1.weight"].numpy(), state["flow_classifier.0.conv1.weight"].numpy()
    )


def without(name: str) -> Spoil:
    return lambda state: state.pop(name)


SPOILT: dict[str, tuple[Spoil, str]] = {
    "missing": (without("h.bias"), "h.bias is missing"),
    "extra": (lambda state: state.update(surplus=torch.ones(1)), "surplus is unknown"),
    "shape": (lambda state: state.update({"h.bias": torch.ones(7)}), r"h.bias has shape \(7,\), not \(128,\)"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_weights_that_do_not_fit_stop_the_import_and_can_be_left_out(
    kind: str, root: Path, parity: Path, tmp_path: Path
) -> None:
    spoil, message = SPOILT[kind]
    state = made_state(parity, "sequence_tgmj")
    spoil(state)
    add_sequence(root, state)
    plan = make_plan(root, Choice())
    with pytest.raises(CheckpointError, match=message):
        import_plan(plan, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    plan, project = bring(root, tmp_path, without=frozenset({SEQUENCE}))
    assert project.runs() == []
    assert (f"run {SEQUENCE}", "you said so") in plan.left_out


def test_weights_that_call_something_stop_the_import(root: Path, tmp_path: Path) -> None:
    proof = tmp_path / "was-run"
    folder = add_sequence(root, {"a": torch.ones(1)})
    path = next(folder.rglob("*.ckpt"))
    torch.save({"state_dict": {"model.a": torch.ones(1), "model.b": [Calls(os.system, f"touch {proof}")]}}, path)
    with pytest.raises(CheckpointError, match=r"(posix|nt)\.system") as caught:
        bring(root, tmp_path)
    assert caught.value.where == str(path)
    assert not proof.exists()
    assert not (tmp_path / "new").exists()


def test_a_second_name_with_other_numbers_is_refused(root: Path, parity: Path, tmp_path: Path) -> None:
    state = made_state(parity, "sequence_conv")
    state["net.0.weight"] = state["net.0.weight"] + 1
    add_sequence(root, state, arch="conv_nonlinear")
    with pytest.raises(CheckpointError, match=r"net\.0\.weight is unknown"):
        bring(root, tmp_path)


@pytest.mark.parametrize(
    ("stage", "section", "reason"),
    [
        ("flow_generator", {"flow_generator": {"arch": "FlowNetS"}}, "FlowNetS is not in deg"),
        ("feature_extractor", {"feature_extractor": {"arch": "vgg16"}}, "vgg16 is not in deg"),
        ("feature_extractor", {"feature_extractor": {"arch": "resnet18", "n_rgb": 3}}, "sees 3 pictures"),
        ("sequence", {"sequence": {"arch": "tgmj", "input_type": "keypoints"}}, "key points"),
        ("sequence", {"sequence": {"arch": "transformer"}}, "transformer is not in deg"),
    ],
)
def test_networks_that_deg_does_not_have_are_left_out_and_told(
    stage: str, section: Any, reason: str, root: Path
) -> None:
    name = f"210101_000000_{stage}_train"
    write_run(root / "models", name, settings_of(CLASSES, stage, **section), {"a": torch.ones(1)})
    plan = make_plan(root, Choice())
    assert plan.problems == []
    assert [(what, reason in why) for what, why in plan.left_out] == [(f"run {name}", True)]


def test_frames_that_were_cut_or_kept_their_size_are_told(root: Path, parity: Path) -> None:
    folder = add_sequence(root, made_state(parity, "sequence_linear"), arch="linear")
    change_yaml(folder / "config.yaml", "augs.crop_size", [64, 64])
    plan = make_plan(root, Choice())
    assert any("augs.crop_size" in why for _, why in plan.left_out)
    change_yaml(folder / "config.yaml", "augs.crop_size", None)
    change_yaml(folder / "config.yaml", "augs.resize", None)
    plan = make_plan(root, Choice())
    assert "--size" in plan.problems[0].fix
    assert make_plan(root, Choice(size=(64, 96))).runs[0].image["size"] == [64, 96]
