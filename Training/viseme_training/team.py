"""Training in several processes, and the mean of weights over steps."""

import os

import torch
from torch import distributed, nn


class Average:
    """The mean of a network's weights over about the last hundred steps, which is what is kept."""

    def __init__(self, network):
        self.network, self.step = network, 0
        self.values = {n: v.detach().clone() for n, v in network.state_dict().items()}

    def update(self):
        """Takes the weights of another step."""
        self.step += 1
        share = max(1 / self.step, 0.01)
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.values[name].lerp_(value.detach(), share)


class Team:
    """This process among those that `torchrun` started together."""

    def __init__(self):
        self.size, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        if self.size > 1:
            distributed.init_process_group("gloo")

    @torch.no_grad()
    def meet(self, network):
        """Gives every process the mean of all weights."""
        if self.size > 1:
            values = list(network.parameters())
            joined = nn.utils.parameters_to_vector(values)
            distributed.all_reduce(joined)
            nn.utils.vector_to_parameters(joined / self.size, values)
