"""The project manifest, `project.yaml`: behaviours, and which plugin fills every slot of the pipeline."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from unicodedata import category

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

MANIFEST_VERSION = 1

Fraction = Annotated[float, Field(ge=0, le=1)]
Precision = Literal["32", "bf16", "16"]
Stage = Literal["flow", "features", "sequence"]
STAGES: tuple[Stage, ...] = ("flow", "features", "sequence")


class Section(BaseModel):
    """A part of the manifest. Unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Slot(Section):
    """A place in the pipeline that a plugin fills."""

    name: str = Field(description="Name of the plugin, as `deg plugins list` shows it.")
    settings: dict[str, Any] = Field(default_factory=dict, description="Its settings; `deg plugins show NAME`.")


class TrainedSlot(Slot):
    """A slot whose plugin is trained in a stage of its own."""

    starts_from: str | None = Field(
        default=None,
        alias="from",
        min_length=1,
        description="What its training starts from: a run's folder, another project's, or a file of `deg share`; "
        "relative to this file.",
    )

    @model_serializer(mode="wrap")
    def _by_the_names_in_the_file(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # `from` is no name in Python, so the field has another; what is written out must be readable again.
        return {"from" if name == "starts_from" else name: value for name, value in write(self).items()}


class ImageSettings(Section):
    """How frames reach the networks."""

    size: tuple[Annotated[int, Field(ge=16)], Annotated[int, Field(ge=16)]] = Field(
        default=(224, 224), description="Height and width that the networks see, pixels."
    )
    crop: (
        tuple[
            Annotated[int, Field(ge=0)],
            Annotated[int, Field(ge=0)],
            Annotated[int, Field(ge=1)],
            Annotated[int, Field(ge=1)],
        ]
        | None
    ) = Field(default=None, description="Top, left, height and width cut from every video, pixels.")
    resize: Literal["area", "linear", "decoder"] = Field(
        default="area",
        description="How pictures are made smaller: by the mean of what becomes one pixel, or by the nearest four; "
        "`decoder`: by a like mean of the colours as the file holds them, two to three times as fast for large "
        "pictures, where the reader can (`pyav`), else as `area`.",
    )
    padding: Literal["edge", "mean"] = Field(
        default="edge", description="What stands before the first frame and after the last: it again, or mean colour."
    )


class Augmentation(Section):
    """Random changes to training clips, on the device; the same for every frame of a clip."""

    flip_horizontal: Fraction = Field(default=0.5, description="Probability of a left-right flip.")
    flip_vertical: Fraction = Field(default=0.0, description="Probability of an up-down flip.")
    rotation_degrees: float = Field(default=10.0, ge=0, le=180, description="Largest rotation either way.")
    rotation_probability: Fraction = Field(default=0.5, description="Probability of a rotation.")
    zoom: float = Field(default=0.0, ge=0, lt=1, description="Largest relative change of scale.")
    shift: Fraction = Field(default=0.0, description="Largest shift, as a share of the picture's side.")
    brightness: float = Field(default=0.25, ge=0, description="Largest relative change of brightness.")
    contrast: float = Field(default=0.1, ge=0, description="Largest relative change of contrast.")
    saturation: float = Field(default=0.1, ge=0, description="Largest relative change of saturation.")
    hue: float = Field(default=0.1, ge=0, le=0.5, description="Largest change of hue, in turns.")
    colour_probability: Fraction = Field(default=0.5, description="Probability of any change of colour.")
    greyscale: Fraction = Field(default=0.5, description="Probability of dropping colour.")

    @property
    def moves(self) -> list[str]:
        """Settings by which what is seen comes to lie elsewhere in the picture."""
        turns = {"rotation_degrees": min(self.rotation_degrees, self.rotation_probability)}
        settings = ("flip_horizontal", "flip_vertical", "zoom", "shift")
        amounts = {**{name: getattr(self, name) for name in settings}, **turns}
        return [name for name, amount in amounts.items() if amount > 0]


class Regularization(Section):
    """What pulls at the weights beside the loss; biases and batch normalisation are left alone."""

    style: Literal["none", "l2", "l2-sp"] = Field(
        default="none",
        description="l2: towards 0; l2-sp: towards what training starts from where that was learnt before, else to 0.",
    )
    alpha: float = Field(
        default=1e-5, ge=0, description="Strength; times half the sum of squares. l2-sp: of the pull to the start."
    )
    beta: float = Field(default=1e-3, ge=0, description="Only l2-sp: strength of the pull to 0.")


class Training(Section):
    """How one stage is trained."""

    learning_rate: float = Field(default=1e-4, gt=0, description="Adam's step size at the start.")
    weight_decay: float = Field(default=0.0, ge=0, description="Pull of all weights towards 0 beside the loss (AdamW).")
    regularization: Regularization = Field(
        default_factory=Regularization, description="Pull of the weights as a part of the loss."
    )
    batch_size: int = Field(default=32, ge=1, description="Clips, or stretches of latents, in a batch.")
    max_epochs: int = Field(default=20, ge=1, description="Epochs at the most.")
    steps_per_epoch: int | None = Field(default=1000, ge=1, description="Batches in an epoch; all data when null.")
    validation_steps: int | None = Field(
        default=None, ge=1, description="Batches, evenly spread over the validation part; all of it when null."
    )
    schedule: Literal["plateau", "cosine", "multistep", "constant"] = Field(
        default="plateau",
        description="How the step size falls: when the score stalls, as a half cosine, at milestones, not at all.",
    )
    patience: int = Field(default=3, ge=0, description="Epochs without a better score before the step size falls.")
    reduction_factor: float = Field(default=0.1, gt=0, lt=1, description="By which it falls: plateau and multistep.")
    milestones: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(50, 100, 150, 200, 250, 300), description="Epochs after which it falls: multistep."
    )
    cosine_epochs: int | None = Field(
        default=None,
        ge=1,
        description="Epochs of one cosine, after which another begins half as high; null: one over all epochs.",
    )
    min_learning_rate: float = Field(
        default=5e-7, ge=0, description="Training stops when the step size has fallen to this; a cosine's may."
    )
    stop_after: int | None = Field(
        default=None, ge=1, description="Epochs without a better score after which training stops; null: it goes on."
    )
    monitor: str = Field(default="average-precision", description="Metric that says which epoch is best; or `loss`.")
    balance: Fraction = Field(
        default=0.0, description="0 draws every labelled frame alike; 1 draws every behaviour alike often."
    )


class FlowTraining(Training):
    """How the flow generator is trained, on no labels."""

    max_epochs: int = Field(default=10, ge=1, description="Epochs at the most.")
    validation_steps: int | None = Field(
        default=200, ge=1, description="Batches, evenly spread over the validation part; all of it when null."
    )
    monitor: str = Field(default="loss", description="What says which epoch is best: without labels, the loss.")


class SequenceTraining(Training):
    """How the sequence model is trained, on latents that are cheap to read."""

    max_epochs: int = Field(default=100, ge=1, description="Epochs at the most.")
    steps_per_epoch: int | None = Field(default=None, ge=1, description="Batches in an epoch; all data when null.")
    patience: int = Field(default=5, ge=0, description="Epochs without a better score before the step size falls.")


class FlowStage(TrainedSlot):
    """The flow generator and its self-supervised training."""

    name: str = Field(default="tiny-motion-net", description="Flow generator.")
    training: FlowTraining = Field(default_factory=FlowTraining, description="How it is trained.")


class FeaturesStage(TrainedSlot):
    """The feature extractor and its training."""

    name: str = Field(default="two-stream", description="Feature extractor.")
    fine_tune_flow: bool = Field(
        default=False, description="Whether the flow generator learns along; its own run stays as it is."
    )
    curriculum: bool = Field(
        default=False, description="Whether the extractor's parts, such as streams, learn in turn before all together."
    )
    loss: Slot | None = Field(default=None, description="Loss; null: focal-bce, or cross-entropy if exclusive.")
    training: Training = Field(default_factory=Training, description="How it is trained.")


class SequenceStage(TrainedSlot):
    """The sequence model and its training."""

    name: str = Field(default="tgmj", description="Sequence model.")
    loss: Slot | None = Field(default=None, description="Loss; null: focal-bce, or cross-entropy if exclusive.")
    length: int = Field(default=180, ge=1, description="Frames in a training stretch.")
    training: SequenceTraining = Field(default_factory=SequenceTraining, description="How it is trained.")


class TeacherSettings(Section):
    """A trained pipeline from whose answers features and sequence model learn, where there are labels and where not."""

    run: str = Field(
        min_length=1,
        description="A sequence run, another project's folder, or a file of `deg share`; relative to this file.",
    )
    weight: Fraction = Field(default=0.5, description="What it counts for where there is a label; the label: the rest.")


class EngineSlot(Slot):
    """What runs the trained networks of the feature stage when they answer."""

    name: str = Field(default="torch", description="Engine; `auto`: the fastest here, measured once and remembered.")
    precision: Precision | None = Field(
        default=None, description="Its numbers; null: as `precision` says, and `auto` may take any within its bound."
    )


class Thresholds(Section):
    """How the least probability that counts as present is chosen. Not used where behaviours exclude each other."""

    method: Literal["f-score", "informedness", "deepethogram-f1", "deepethogram-informedness", "fixed"] = Field(
        default="f-score",
        description="Best F score or informedness on validation data, as deg or as DeepEthogram finds it; or fixed.",
    )
    beta: float = Field(default=1.0, gt=0, description="How much more recall counts than precision in the F score.")
    value: Fraction = Field(default=0.5, description="The fixed value, and that of behaviours nobody could score.")
    cross_fitted: int | None = Field(
        default=None,
        ge=2,
        description="Choose on training data too: so many models each leave out some stretches and answer for them; "
        "the last learns from training and validation. For sequence models with a solver, on features no labels made.",
    )


class SplitSettings(Section):
    """How `deg split` divides the labelled data."""

    by: Literal["recording", "block", "group"] = Field(
        default="recording",
        description="What stays together: recordings, blocks of frames, or recordings of one group.",
    )
    group: str | None = Field(default=None, description="Which group, such as `animal`, when splitting by group.")
    fractions: tuple[Fraction, Fraction, Fraction] = Field(
        default=(0.6, 0.2, 0.2), description="Shares of training, validation and test."
    )
    block_frames: int = Field(default=300, ge=2, description="Length of a block.")
    guard_frames: int | None = Field(
        default=None, ge=0, description="Frames left out between blocks; null: as many as the model sees."
    )
    folds: int | None = Field(default=None, ge=3, description="k for k-fold cross-validation; replaces fractions.")
    fold: int = Field(default=0, ge=0, description="Which fold is the test part; the next one is validation.")

    @model_validator(mode="after")
    def _consistent(self) -> SplitSettings:
        if (self.by == "group") != (self.group is not None):
            raise ValueError("`by: group` and `group: NAME` go together")
        if self.folds is not None and self.fold >= self.folds:
            raise ValueError(f"fold {self.fold} of {self.folds} does not exist; they count from 0")
        if self.folds is None and abs(sum(self.fractions) - 1) > 1e-6:
            raise ValueError(f"fractions add up to {sum(self.fractions):g}, not 1")
        return self


class Manifest(Section):
    """Everything a person decides about a project."""

    deg: Literal[1] = Field(default=1, description="Version of this file's layout.")
    name: str = Field(default="", description="What the project is called, in titles.")
    behaviours: tuple[str, ...] = Field(description="What is scored, in the order of columns; never `background`.")
    exclusive: bool = Field(default=False, description="Whether at most one behaviour happens at a time.")
    preset: str | None = Field(default=None, description="Name of a set of settings that this file builds on.")
    image: ImageSettings = Field(default_factory=ImageSettings, description="How frames reach the networks.")
    video: Slot = Field(default=Slot(name="auto"), description="Video reader; `auto`: by kind of file.")
    augmentation: Augmentation = Field(default_factory=Augmentation, description="Random changes to training clips.")
    flow: FlowStage = Field(default_factory=FlowStage, description="First stage.")
    features: FeaturesStage = Field(default_factory=FeaturesStage, description="Second stage.")
    sequence: SequenceStage = Field(default_factory=SequenceStage, description="Third stage.")
    teacher: TeacherSettings | None = Field(default=None, description="What teaches the last two stages, if anything.")
    thresholds: Thresholds = Field(default_factory=Thresholds, description="When a probability counts as present.")
    postprocess: Slot = Field(
        default=Slot(name="none"), description="Post-processor: how neighbouring frames have a say in what is present."
    )
    metrics: tuple[str, ...] = Field(
        default=(
            *("accuracy", "f1", "precision", "recall", "kappa"),
            *("auroc", "average-precision", "brier", "calibration-error"),
        ),
        description="Scores that `deg evaluate` reports.",
    )
    split: SplitSettings = Field(default_factory=SplitSettings, description="How the labelled data are divided.")
    device: str = Field(default="auto", description="auto, cpu, cuda, cuda:1, mps.")
    precision: Precision = Field(
        default="32", description="Numbers of the networks: 32 bit, or mixed with bf16 or 16 bit."
    )
    engine: EngineSlot = Field(
        default_factory=EngineSlot, description="What runs trained networks when they answer; training is torch's."
    )
    workers: int = Field(default=0, ge=0, description="Processes that read data while training; 0: none beside.")
    cache_gb: float = Field(default=20.0, ge=0, description="Room on disk for resized frames; 0: read videos directly.")
    seed: int = Field(default=0, ge=0, description="From which all randomness is drawn.")

    @model_validator(mode="after")
    def _behaviours(self) -> Manifest:
        if not self.behaviours:
            raise ValueError("behaviours: name at least one")
        repeated = {name for name in self.behaviours if self.behaviours.count(name) > 1}
        if repeated:
            raise ValueError(f"behaviours: {', '.join(sorted(repeated))} occurs twice")
        if "background" in self.behaviours:
            raise ValueError("behaviours: `background` is the absence of all others; leave it out")
        if any(not name.strip() or name != name.strip() for name in self.behaviours):
            raise ValueError("behaviours: a name is empty or has blanks at its ends")
        if any(category(letter) == "Cc" for name in self.behaviours for letter in name):
            raise ValueError("behaviours: a name has a line break or another control character in it")
        return self

    @property
    def n_outputs(self) -> int:
        """Logits per frame: the behaviours, and `none` where they exclude each other."""
        return len(self.behaviours) + self.exclusive
