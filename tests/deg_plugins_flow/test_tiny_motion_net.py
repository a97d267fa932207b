from __future__ import annotations

import torch
from torch import Tensor

from deg_core.testing import FlowGeneratorContract
from deg_core.testing.networks import moving_pictures
from deg_plugins_flow.plugin import tiny_motion_net
from deg_plugins_flow.settings import TinyMotionNetSettings
from deg_plugins_flow.tiny_motion_net import TinyMotionNet


class TestTinyMotionNet(FlowGeneratorContract):
    plugin = tiny_motion_net

    def settings(self) -> TinyMotionNetSettings:
        return TinyMotionNetSettings(n_frames=4, width=4)


class TestOnePairAtATime(FlowGeneratorContract):
    plugin = tiny_motion_net

    def settings(self) -> TinyMotionNetSettings:
        return TinyMotionNetSettings(n_frames=2, width=8)

    def trained(self) -> TinyMotionNet:
        n_threads, n_steps = torch.get_num_threads(), 150
        torch.set_num_threads(1)  # pictures are so small that threads cost more than they bring
        model = self.build_seeded(0)
        optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.05, n_steps)
        for step in range(n_steps):
            frames = self.clips_moving_at_random(8 * step)
            loss = model.objective(frames, (frames / 3 + 0.5).clamp(0, 1))["total"]
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        torch.set_num_threads(n_threads)
        return model

    def clips_moving_at_random(self, seed: int) -> Tensor:
        by = torch.randint(-3, 4, (8, 2), generator=torch.Generator().manual_seed(seed)).tolist()
        clips = [moving_pictures(1, 2, self.size, *by[clip], seed=1000 + seed + clip) for clip in range(8)]
        return torch.cat(clips)
