import random
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print("using", device)

def batchnorm_forward(x, gamma, beta, running, training, momentum=0.1, eps=1e-5):
    running = running or dict(mean=np.zeros_like(gamma), var=np.ones_like(gamma))
    if not training:
        inv = 1 / np.sqrt(running["var"] + eps)
        return (x - running["mean"]) * inv * gamma + beta, None, running
    mean = x.sum(0) / len(x)
    centred = x - mean
    var = (centred**2).sum(0) / len(x)
    inv = 1 / np.sqrt(var + eps)
    new = {}
    new["mean"] = running["mean"] + momentum * (mean - running["mean"])
    new["var"] = running["var"] + momentum * (var - running["var"])
    return centred * inv * gamma + beta, {"c": centred, "inv": inv, "gamma": gamma}, new


def batchnorm_backward(dout, cache):
    c, inv, gamma = cache["c"], cache["inv"], cache["gamma"]
    n = len(c)
    dxhat = dout * gamma
    dvar = (dxhat * c).sum(0) * -0.5 * inv**3
    dmean = -(dxhat * inv).sum(0)
    dx = dxhat * inv + dvar * 2 * c / n + dmean / n
    return dx, (dout * c * inv).sum(0), dout.sum(0)

def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


class Net(nn.Module):
    def __init__(self, n_features, batchnorm):
        super().__init__()
        self.fc1 = nn.Linear(n_features, 300)
        self.fc2 = nn.Linear(300, 100)
        self.fc3 = nn.Linear(100, 10)
        self.bn1 = nn.BatchNorm1d(300) if batchnorm else nn.Identity()
        self.bn2 = nn.BatchNorm1d(100) if batchnorm else nn.Identity()

    def forward(self, x):
        x = F.relu(self.bn1(self.fc1(x)))
        x = F.relu(self.bn2(self.fc2(x)))
        return self.fc3(x)


def build_model(batchnorm, seed, n_features=784):
    set_seed(seed)
    return Net(n_features, batchnorm).to(device)


def n_parameters(model):
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    other = sum(b.numel() for name, b in model.named_buffers() if "running" in name)
    return {"trainable": trainable, "other": other}

model = build_model(True, 0)
print(model)
n_parameters(model)

def train(model, X, y, seed):
    set_seed(seed)
    data = TensorDataset(torch.as_tensor(X.copy()).float(), torch.as_tensor(y.copy()).long())
    loader = DataLoader(data, batch_size=64, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model.train()
    for epoch in range(10):
        total = 0.0
        for xb, yb in loader:
            xb, yb = xb.to(device), yb.to(device)
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(xb)
    return model


@torch.no_grad()
def predict_proba(model, X):
    return F.softmax(model(torch.as_tensor(X.copy()).float().to(device)), dim=1).cpu()


def ablate(X, y, seeds):
    n = len(X) - len(X) // 5
    out = {"with": [], "without": []}
    for s in seeds:
        for bn in (False, True):
            m = train(build_model(bn, s, X.shape[1]), X[:n], y[:n], s)
            pred = predict_proba(m, X[n:]).argmax(1).numpy()
            out["with" if bn else "without"].append((pred == y[n:]).mean())
    return out

# 97.5 % quantiles of the t distribution, degrees of freedom 1 to 30, from the table in my book
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
     2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
     2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


def conclusion(with_, without):
    if len(with_) != len(without):
        raise ValueError("need pairs")
    n = len(with_)
    if n < 2:
        return "no difference"
    d = [a - b for a, b in zip(with_, without)]
    m = sum(d) / n
    s = (sum((x - m) ** 2 for x in d) / (n - 1)) ** 0.5
    if abs(m) * n**0.5 > T[min(n, 31) - 2] * s:
        return "better" if m > 0 else "worse"
    return "no difference"

conclusion([0.9796], [0.9792])
