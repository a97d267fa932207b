"""Layers of temporal filters whose position and width are learned.

From Piergiovanni and Ryoo, Temporal Gaussian Mixture Layer for Videos (ICML 2019), in the form of DeepEthogram
(Bohnslav et al., eLife 2021), whose filters are Cauchy curves. Names of tensors are those of its
checkpoints.

Axes: N records, T frames, D latents, I views in, O views out, M filters, L frames of a filter.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from deg_plugins_sequence.settings import TgmSettings

_WHOLE_FRAMES = 256
"""Stretches up to this long, as in training, are one product."""

_BLOCK_FRAMES = 64
"""Frames that one product answers for: more would multiply more zeros, fewer read more frames twice."""


_Known = dict[tuple[int, int, bytes], Tensor]
"""Composed matrices by what they depend on beside weights: which frames are wanted, and which are real."""


class TemporalFilters(nn.Module):
    """One layer: smooths every latent in time with the same few kernels.

    Each kernel is a mean of the filters; each view that comes out, a mean of its answers to the views that come in.

    Args:
        settings: Sizes.
        n_views_in: Views that come in, I.
    """

    def __init__(self, settings: TgmSettings, n_views_in: int) -> None:
        super().__init__()
        self._shape = (settings.n_views, n_views_in)
        self._length = settings.filter_length
        n_filters = settings.n_filters
        self.center = nn.Parameter(0.5 * torch.randn(n_filters))
        # Held in checkpoints, but without a part in any answer, as in the original.
        self.delta = nn.Parameter(0.01 * torch.randn(n_filters), requires_grad=False)
        self.gamma = nn.Parameter(1e-4 * torch.randn(n_filters))
        self.soft_attn = nn.Parameter(nn.init.xavier_normal_(torch.empty(math.prod(self._shape), n_filters)))
        self.cls_attn: nn.Parameter | None = None
        self.convs: nn.ModuleList | None = None
        if n_views_in > 1 and settings.soft_attention:
            self.cls_attn = nn.Parameter(nn.init.xavier_normal_(torch.empty(1, *self._shape, 1, 1)))
        elif n_views_in > 1:
            self.convs = nn.ModuleList(nn.Conv2d(n_views_in, 1, 1) for _ in range(settings.n_views))

    def forward(self, views_NIDT: Tensor) -> Tensor:
        """Smooth; (N, O, D, T). Outside the record counts as 0."""
        kernels_OIL = self.kernels()
        left = (self._length - 1) // 2
        padded = functional.pad(views_NIDT, (left, self._length - 1 - left))
        if self.convs is None:
            attention = 1.0 if self.cls_attn is None else self.cls_attn.softmax(dim=2)[0, :, :, :, 0]
            return functional.conv2d(padded, (attention * kernels_OIL).unsqueeze(2))
        joined = [
            functional.conv2d(padded, kernels_IL[:, None, None], groups=len(kernels_IL)) for kernels_IL in kernels_OIL
        ]
        return torch.cat([conv(one).relu() for conv, one in zip(self.convs, joined, strict=True)], dim=1)

    def matrices(self, n_frames: int) -> Tensor:
        """What `forward` does to a view of T frames, as matrices; (O, I, T, T). For layers that are linear."""
        left = (self._length - 1) // 2
        attention = 1.0 if self.cls_attn is None else self.cls_attn.softmax(dim=2)[0, :, :, :, 0]
        frames = torch.arange(n_frames, device=self.center.device)
        place_TT = frames - frames[:, None] + left
        inside_TT = (place_TT >= 0) & (place_TT < self._length)
        return (attention * self.kernels())[..., place_TT.clamp(0, self._length - 1)] * inside_TT

    def kernels(self) -> Tensor:
        """The kernel from every view in to every view out; (O, I, L), sum 1 over L."""
        filters_ML = cauchy_filters(self.center, self.gamma, self._length)
        return (self.soft_attn.softmax(dim=1) @ filters_ML).reshape(*self._shape, self._length)


def cauchy_filters(center_M: Tensor, gamma_M: Tensor, length: int) -> Tensor:
    """Cauchy curves over the frames of a filter.

    Args:
        center_M: Position; from the first frame (far below 0) through the middle (0) to the last.
        gamma_M: Width; widest, exp(1.5) frames, at 0, down to exp(-0.5) frames.
        length: Frames, L.

    Returns:
        Shape (M, L), sum 1 over L.
    """
    position = (length - 1) * (center_M.tanh() + 1) / 2
    width = (1.5 - 2 * gamma_M.tanh().abs()).exp()
    frames = torch.arange(length, device=center_M.device, dtype=center_M.dtype)
    curves = 1 / (math.pi * width[:, None] * (1 + ((frames - position[:, None]) / width[:, None]) ** 2))
    return curves / (curves.sum(dim=1, keepdim=True) + 1e-6)


class Smoother(nn.Module):
    """All layers of temporal filters, and how their last views become one. Networks build on it.

    Attributes:
        receptive_field: Frames that one answer depends on, centred and odd. Filters of even length reach a frame
            further ahead than back.
    """

    receptive_field: int | None

    def __init__(self, settings: TgmSettings) -> None:
        super().__init__()
        self.receptive_field = 2 * settings.n_layers * (settings.filter_length // 2) + 1
        self._reduction = settings.reduction
        self.tgm_layers = nn.ModuleList(
            TemporalFilters(settings, n_views_in=1 if layer == 0 else settings.n_views)
            for layer in range(settings.n_layers)
        )
        if settings.reduction == "conv1x1":
            self.reduction_layer = nn.Conv2d(settings.n_views, 1, 1)

    def smooth(self, latents_NDT: Tensor, valid_N1T: Tensor) -> Tensor:
        """Smooth latents in time; (N, D, T). Padding counts as the outside of the record, in every layer."""
        if any(layer.convs is not None for layer in self._layers()):
            views_NIDT = latents_NDT.unsqueeze(1)
            for layer in self._layers():
                views_NIDT = layer(views_NIDT) * valid_N1T.unsqueeze(1)
            return self._reduce(views_NIDT, dim=1)
        halo = (self.receptive_field or 1) // 2
        n_frames = latents_NDT.shape[-1]
        # Filters that reach far need blocks that are longer.
        step = n_frames if n_frames <= _WHOLE_FRAMES else max(_BLOCK_FRAMES, 2 * halo)
        smoothed, known = [], _Known()
        for start in range(0, n_frames, step):
            low, stop = max(0, start - halo), min(start + step, n_frames)
            block = slice(low, min(n_frames, stop + halo))
            wanted = slice(start - low, stop - low)
            smoothed.append(self._smooth_block(latents_NDT[..., block], valid_N1T[:, 0, block], wanted, known))
        return torch.cat(smoothed, dim=-1)

    def _smooth_block(self, latents_NDS: Tensor, valid_NS: Tensor, wanted: slice, known: _Known) -> Tensor:
        """Smooth the wanted frames of a block by one product; records whose padding differs have matrices of their own.

        Args:
            latents_NDS: All frames that the wanted ones depend on.
            valid_NS: Which of them are real.
            wanted: Frames to answer for, T.
            known: Matrices of earlier blocks, which are those of most others too.
        """
        patterns, members_N = torch.unique(valid_NS, dim=0, return_inverse=True)
        shape = (*latents_NDS.shape[:2], wanted.stop - wanted.start)
        smoothed_NDT = latents_NDS.new_empty(shape) if len(patterns) > 1 else None
        for index, valid_S in enumerate(patterns):
            key = (wanted.start, wanted.stop, valid_S.cpu().numpy().tobytes())
            if key not in known:
                known[key] = self._composed(valid_S)[:, wanted]
            views_OTS = known[key]
            chosen = members_N == index
            mine_NDS = latents_NDS if smoothed_NDT is None else latents_NDS[chosen]
            answers = (mine_NDS @ views_OTS.flatten(0, 1).T).reshape(*mine_NDS.shape[:2], *views_OTS.shape[:2])
            reduced_NDT = self._reduce(answers, dim=2)
            if smoothed_NDT is None:
                return reduced_NDT
            smoothed_NDT = smoothed_NDT.index_put((chosen.nonzero()[:, 0],), reduced_NDT.to(smoothed_NDT.dtype))
        assert smoothed_NDT is not None
        return smoothed_NDT

    def _composed(self, valid_T: Tensor) -> Tensor:
        """All layers as one matrix for each of the last views, from latents at frame S to views at frame T; (O, T, S).

        Layers without a nonlinearity between them are products of matrices. That is exact, at the ends of records too,
        and a sixth of the work: of the many views between the layers none is ever computed.
        """
        with torch.autocast(valid_T.device.type, enabled=False):
            views_ITS = torch.diag(valid_T.float()).unsqueeze(0)
            for layer in self._layers():
                matrices_OITU = layer.matrices(len(valid_T)) * valid_T.float()[:, None]
                views_ITS = torch.einsum("oitu,ius->ots", matrices_OITU, views_ITS)
            return views_ITS

    def _reduce(self, views: Tensor, dim: int) -> Tensor:
        if self._reduction == "max":
            return views.amax(dim=dim)
        if self._reduction == "mean":
            return views.mean(dim=dim)
        return self.reduction_layer(views.movedim(dim, 1)).squeeze(1)  # type: ignore[no-any-return]

    def _layers(self) -> list[TemporalFilters]:
        return cast("list[TemporalFilters]", list(self.tgm_layers))
