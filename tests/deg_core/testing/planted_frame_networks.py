"""A good feature extractor and a good flow generator, and copies with one fault each, for `test_networks.py`.

Not collected by itself, by its name: the tests in here are meant to fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_core.descriptors import FeatureExtractorPlugin, FlowGeneratorPlugin, NoSettings
from deg_core.testing import FeatureExtractorContract, FlowGeneratorContract


class GoodExtractor(nn.Module):
    """Mean colours over three frames, and the mean flow of the two pairs between them."""

    window = 3
    n_latents = 5

    def __init__(self, n_outputs: int) -> None:
        super().__init__()
        self.mix = nn.Linear(5, 5)
        self.head = nn.Linear(5, n_outputs)

    def forward(self, frames: Tensor, flow: Tensor) -> tuple[Tensor, Tensor]:
        colours = self.colours(frames).unfold(1, 3, 1).mean(dim=-1)
        latents: Tensor = self.mix(torch.cat([colours, self.movement(flow)], dim=-1)).tanh()
        return latents, self.head(latents)

    def colours(self, frames: Tensor) -> Tensor:
        return frames.mean(dim=(3, 4))

    def movement(self, flow: Tensor) -> Tensor:
        return flow.mean(dim=(2, 4, 5))


class LooksAtTheWholeChunk(GoodExtractor):
    def colours(self, frames: Tensor) -> Tensor:
        colours = super().colours(frames)
        return colours - colours.mean(dim=1, keepdim=True)


class NormalisesOverTheBatch(GoodExtractor):
    def colours(self, frames: Tensor) -> Tensor:
        colours = super().colours(frames)
        return functional.batch_norm(colours.transpose(1, 2), None, None, training=True).transpose(1, 2)


class HasAnEvenWindow(GoodExtractor):
    window = 2


class MiscountsItsLatents(GoodExtractor):
    n_latents = 4


class NeedsFlowInOnePiece(GoodExtractor):
    def movement(self, flow: Tensor) -> Tensor:
        n, n_frames, *window = flow.shape
        return flow.view(n * n_frames, *window).mean(dim=(1, 3, 4)).view(n, n_frames, 2)


class TakesTheFirstFrameForTheMiddle(GoodExtractor):
    def forward(self, frames: Tensor, flow: Tensor) -> tuple[Tensor, Tensor]:
        first, n_frames = self.colours(frames)[:, :1], flow.shape[1]
        latents: Tensor = self.mix(torch.cat([first.expand(-1, n_frames, -1), self.movement(flow)], dim=-1)).tanh()
        return latents, self.head(latents)


class ForgetsTheLastFrame(GoodExtractor):
    def forward(self, frames: Tensor, flow: Tensor) -> tuple[Tensor, Tensor]:
        latents, logits = super().forward(frames, flow)
        return latents[:, :-1], logits[:, :-1]


class AnswersForOneBehaviourAlways(GoodExtractor):
    def __init__(self, n_outputs: int) -> None:
        super().__init__(1)


class GoodPainter(GoodExtractor):
    """Told how frames were z-scored, and looks at the pictures as they were before."""

    mean: Tensor
    std: Tensor

    def __init__(self, n_outputs: int) -> None:
        super().__init__(n_outputs)
        self.register_buffer("mean", torch.zeros(3))
        self.register_buffer("std", torch.ones(3))

    def colours(self, frames: Tensor) -> Tensor:
        return super().colours(frames) * self.std + self.mean

    def take_statistics(self, mean: Tensor, std: Tensor) -> None:
        self.mean.copy_(mean)
        self.std.copy_(std)


class OverlooksTheDeviation(GoodPainter):
    def take_statistics(self, mean: Tensor, std: Tensor) -> None:
        self.mean.copy_(mean)


class RemembersColoursOutsideItsWeights(GoodPainter):
    def take_statistics(self, mean: Tensor, std: Tensor) -> None:
        self.register_buffer("mean", mean.clone(), persistent=False)
        self.register_buffer("std", std.clone(), persistent=False)

    def __init__(self, n_outputs: int) -> None:
        super().__init__(n_outputs)
        self.take_statistics(torch.zeros(3), torch.ones(3))


class GoodFlow(nn.Module):
    """How far the whole picture moved, by comparing it to itself moved, with one weight to learn."""

    n_frames = 2
    stride = 2
    reach = 2

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(1 + 0.01 * torch.randn(()))

    def forward(self, frames: Tensor) -> Tensor:
        grey = functional.avg_pool2d(frames.mean(dim=2), self.stride)
        before, after = grey[:, :-1].flatten(0, 1), grey[:, 1:].flatten(0, 1)
        moved = torch.stack([self.moved(a, b) for a, b in zip(before, after, strict=True)])
        flow = moved.view(len(grey), -1, 1, 2, 1, 1) * self.scale
        return flow.expand(-1, -1, -1, -1, *grey.shape[-2:])

    def moved(self, a: Tensor, b: Tensor) -> Tensor:
        """Mean of all moves, weighted by how well they fit; x right, y down, in its own pixels."""
        moves = [(x, y) for x in range(-self.reach, self.reach + 1) for y in range(-self.reach, self.reach + 1)]
        edge = self.reach
        wrong = [(torch.roll(a, (y, x), (0, 1)) - b)[edge:-edge, edge:-edge].square().mean() for x, y in moves]
        share = (-60 * torch.stack(wrong)).softmax(dim=0)
        return share @ torch.tensor(moves, dtype=a.dtype)

    def objective(self, frames: Tensor, pictures: Tensor) -> Mapping[str, Tensor]:
        total = (self(frames) - 1).square().mean() + 0 * pictures.mean()
        return {"total": total, "smoothness": total.detach()}


class SeesToTheLeft(GoodFlow):
    def moved(self, a: Tensor, b: Tensor) -> Tensor:
        return super().moved(b, a)


class ExchangesXAndY(GoodFlow):
    def moved(self, a: Tensor, b: Tensor) -> Tensor:
        return super().moved(a, b).flip(0)


class CountsPixelsOfThePicture(GoodFlow):
    def moved(self, a: Tensor, b: Tensor) -> Tensor:
        return super().moved(a, b) * self.stride


class ComparesToTheFirstFrame(GoodFlow):
    def forward(self, frames: Tensor) -> Tensor:
        first = frames[:, :1].expand(-1, frames.shape[1] - 1, -1, -1, -1)
        pairs = torch.stack([first, frames[:, 1:]], dim=2).flatten(0, 1)
        return super().forward(pairs).view(len(frames), -1, 1, 2, *(side // 2 for side in frames.shape[-2:]))


class PutsPairsBeforeWindows(GoodFlow):
    def forward(self, frames: Tensor) -> Tensor:
        return super().forward(frames).transpose(1, 2)


class MisstatesItsStride(GoodFlow):
    stride = 4

    def forward(self, frames: Tensor) -> Tensor:
        return functional.interpolate(super().forward(frames).flatten(0, 2), scale_factor=2.0).view(
            len(frames), -1, 1, 2, *(side // 2 for side in frames.shape[-2:])
        )


class LooksAtOneFrame(GoodFlow):
    n_frames = 1


class MinimisesNothing(GoodFlow):
    def objective(self, frames: Tensor, pictures: Tensor) -> Mapping[str, Tensor]:
        return {"total": super().objective(frames, pictures)["total"].detach()}


class GivesAPartPerMember(GoodFlow):
    def objective(self, frames: Tensor, pictures: Tensor) -> Mapping[str, Tensor]:
        return {**super().objective(frames, pictures), "likeness": pictures.mean(dim=(1, 2, 3, 4))}


class HasAnUndefinedPart(GoodFlow):
    def objective(self, frames: Tensor, pictures: Tensor) -> Mapping[str, Tensor]:
        return {**super().objective(frames, pictures), "likeness": (pictures.mean() - 2).log()}


def _extractor_contract(extractor: type[GoodExtractor]) -> type[FeatureExtractorContract]:
    def build(settings: NoSettings, n_outputs: int) -> Any:
        return extractor(n_outputs)

    class Contract(FeatureExtractorContract):
        size = (8, 8)
        plugin = FeatureExtractorPlugin(
            name="planted", summary="one", settings=NoSettings, needs_flow=True, build=build
        )

    return Contract


def _flow_contract(generator: type[GoodFlow]) -> type[FlowGeneratorContract]:
    def build(settings: NoSettings) -> Any:
        return generator()

    class Contract(FlowGeneratorContract):
        size = (24, 32)
        plugin = FlowGeneratorPlugin(name="planted", summary="one", settings=NoSettings, build=build)

        def trained(self) -> Any:
            return self.build_seeded(0)

    return Contract


for planted in [each for each in list(globals().values()) if isinstance(each, type) and each.__module__ == __name__]:
    contract: type[Any] = (_extractor_contract if issubclass(planted, GoodExtractor) else _flow_contract)(planted)
    contract.__name__ = contract.__qualname__ = f"Test{planted.__name__}"
    globals()[contract.__name__] = contract
del contract
