"""ResNet-18 of torchvision with the head that our plans have by default."""
import torch
from torch import nn
from torchvision import models

FEATURES = 512


def head():
    return nn.Sequential(nn.Dropout(0.2), nn.Linear(FEATURES, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 1))


def network():
    torch.manual_seed(0)
    net = models.resnet18(weights=None)
    net.fc = head()
    return net
