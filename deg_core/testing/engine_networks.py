"""Small networks that engines are tried with, built of what networks for video are built of.

Axes: N members of a batch, S frames, T frames answered for, H, W, C channels, D latents, K outputs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

WINDOW = 3


class FramesNetwork(nn.Module):
    """Bytes to latents and logits: overlapping windows, convolutions, normalisation, a decoder with a skip."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("offset", torch.zeros(1))
        self.encode = nn.Sequential(
            nn.Conv2d(3 * WINDOW, 16, 7, padding=3), nn.BatchNorm2d(16), nn.LeakyReLU(0.1, inplace=True)
        )
        self.down = nn.Sequential(nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(inplace=True))
        self.up = nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1)
        self.mix = nn.Conv2d(32, 16, 3, padding=1)
        self.head = nn.Linear(16, 5)
        _spread(self)

    def forward(self, frames_NSHWC: Tensor) -> tuple[Tensor, Tensor]:
        """Latents (N, T, 16) and logits (N, T, 5) of uint8 frames, T = S - 2; H and W have to be even."""
        pictures_NSCHW = frames_NSHWC.permute(0, 1, 4, 2, 3).float().div(255) - 0.5 + self.offset
        n_members = len(pictures_NSCHW)
        windows_MCHW = pictures_NSCHW.unfold(1, WINDOW, 1).movedim(-1, 2).flatten(0, 1).flatten(1, 2)
        fine = self.encode(windows_MCHW)
        coarse = self.down(fine)
        mixed = functional.max_pool2d(self.mix(torch.cat([fine, self.up(coarse)], dim=1)), 2)
        latents_NTD = torch.unflatten(mixed.mean(dim=(2, 3)), 0, (n_members, -1))
        return latents_NTD, self.head(latents_NTD)


class ClipsNetwork(nn.Module):
    """Bytes and what was told of pose to logits: convolutions over time too."""

    def __init__(self) -> None:
        super().__init__()
        self.see = nn.Sequential(nn.Conv3d(3, 8, 3, padding=(0, 1, 1)), nn.BatchNorm3d(8), nn.ReLU(inplace=True))
        self.head = nn.Linear(8 + 4, 3)
        _spread(self)

    def forward(self, frames_NSHWC: Tensor, pose_NSQ: Tensor) -> tuple[Tensor]:
        """Logits (N, T, 3) of uint8 frames and of pose (N, S, 4), T = S - 2."""
        seen_NCTHW = self.see(frames_NSHWC.permute(0, 4, 1, 2, 3).float() / 127.5 - 1)
        seen_NTC = seen_NCTHW.mean(dim=(3, 4)).transpose(1, 2)
        return (self.head(torch.cat([seen_NTC, pose_NSQ[:, 1:-1]], dim=-1)),)


class LatentsNetwork(nn.Module):
    """Latents and what of them is real to logits: convolutions over time, and attention."""

    def __init__(self) -> None:
        super().__init__()
        self.smooth = nn.Conv1d(12, 24, 5, padding=2)
        self.attend = nn.Linear(24, 1)
        self.head = nn.Linear(24, 4)
        _spread(self)

    def forward(self, latents_NTD: Tensor, valid_NT: Tensor) -> tuple[Tensor]:
        """Logits (N, T, 4) of latents (N, T, 12)."""
        real_NTD = latents_NTD.masked_fill(~valid_NT[..., None], 0.0)
        smooth_NTD = self.smooth(real_NTD.transpose(1, 2)).transpose(1, 2).tanh()
        weights = self.attend(smooth_NTD).masked_fill(~valid_NT[..., None], -1e4).softmax(dim=1)
        return (self.head(smooth_NTD + (weights * smooth_NTD).sum(dim=1, keepdim=True)),)


def examples_for(network: nn.Module, n: int, size: tuple[int, int] = (16, 24), seed: int = 0) -> tuple[Tensor, ...]:
    """Random inputs of `n` members: four frames answered for, or twenty of latents."""
    generator = torch.Generator().manual_seed(seed)
    if isinstance(network, LatentsNetwork):
        valid_NT = torch.ones(n, 20, dtype=torch.bool)
        valid_NT[:, 17:] = False
        return torch.randn(n, 20, 12, generator=generator), valid_NT
    frames_NSHWC = torch.randint(0, 256, (n, 4 + WINDOW - 1, *size, 3), generator=generator, dtype=torch.uint8)
    if isinstance(network, FramesNetwork):
        return (frames_NSHWC,)
    return frames_NSHWC, torch.randn(n, 4 + WINDOW - 1, 4, generator=generator)


def build_network(kind: type[nn.Module], seed: int = 0) -> nn.Module:
    """A network with random weights and statistics, in `eval` mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return kind().eval()


def _spread(network: nn.Module) -> None:
    """Draw statistics of normalisations too, so that one who forgets them is found out."""
    for layer in network.modules():
        if isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm3d)):
            nn.init.normal_(layer.running_mean, std=0.2)
            nn.init.uniform_(layer.running_var, 0.5, 2.0)
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias, std=0.2)
