from .network import backward, forward, loss


def train(params, X, y, lr, epochs):
    losses = []
    for epoch in range(epochs):
        output, cache = forward(params, X)
        losses.append(loss(output, y))
        grads = backward(params, cache, y)
        params = {name: p - lr * grads["d" + name] for name, p in params.items()}
    return params, losses
