"""Two small tasks, as students of deep learning get them in their first weeks.

Each is a notebook with functions to write, statements that check each function, and mistakes that
students make.
"""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """Something that students get wrong.

    Attributes:
        right: the text of the solution that is wrong in a copy.
        wrong: what stands there instead.
        every: this copy of the class and every further one at that distance makes it.
        costs: the functions whose points are lost.
    """

    right: str
    wrong: str
    every: int
    costs: tuple[str, ...]


class Question(NamedTuple):
    """One function to write.

    Attributes:
        name: its name.
        signature: its parameters.
        summary: what it returns.
        points: what it is worth, all or nothing.
        solution: the cell with the right function.
        local: a name in the solution that each copy changes.
        checks: statements that fail by an assertion or another exception.
        mistake: what is wrong in some of the copies.
    """

    name: str
    signature: str
    summary: str
    points: int
    solution: str
    local: str
    checks: str
    mistake: Mistake | None = None


class Task(NamedTuple):
    """One assignment.

    Attributes:
        name: its identifier.
        title: what it is called.
        packages: what a submission may import.
        imports: the first code cell.
        data: the second, which draws what is trained on.
        questions: what is to be written, in order.
        last: the last code cell, which uses the functions and draws.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    imports: str
    data: str
    questions: tuple[Question, ...]
    last: str

    @property
    def points(self) -> int:
        """What a right submission gets."""
        return sum(question.points for question in self.questions)


NUMPY = Task(
    name="softmax_regression",
    title="Softmax regression",
    packages=("numpy",),
    imports="import numpy as np\n",
    data="""\
rng = np.random.default_rng(0)
centres = np.array([[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]])
labels = rng.integers(0, 3, size=300)
inputs = centres[labels] + 0.5 * rng.normal(size=(300, 4))
""",
    questions=(
        Question(
            name="standardize",
            signature="(X)",
            summary="The columns of X with mean 0 and standard deviation 1.",
            points=1,
            local="means",
            solution="""\
def standardize(X):
    means = X.mean(axis=0)
    return (X - means) / X.std(axis=0)
""",
            checks="""\
X = np.random.default_rng(1).normal(3.0, 2.0, size=(20, 4))
Z = standardize(X)
assert Z.shape == (20, 4)
assert np.allclose(Z.mean(axis=0), 0.0)
assert np.allclose(Z.std(axis=0), 1.0)
""",
            mistake=Mistake("X.std(axis=0)", "X.std(axis=0, ddof=1)", 5, ("standardize",)),
        ),
        Question(
            name="softmax",
            signature="(Z)",
            summary="exp(z_ij) / sum_k exp(z_ik) for each row, finite for large scores.",
            points=2,
            local="powers",
            solution="""\
def softmax(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
""",
            checks="""\
Z = np.random.default_rng(2).normal(size=(6, 3))
P = softmax(Z)
assert np.allclose(P.sum(axis=1), 1.0)
assert np.allclose(P[:, 0] / P[:, 1], np.exp(Z[:, 0] - Z[:, 1]))
assert np.allclose(softmax(Z + 1000.0), P)
""",
            mistake=Mistake("Z - Z.max(axis=1, keepdims=True)", "Z", 3, ("softmax",)),
        ),
        Question(
            name="forward",
            signature="(X, W, b)",
            summary="softmax(X W + b), one row of probabilities for each row of X.",
            points=2,
            local="scores",
            solution="""\
def forward(X, W, b):
    scores = X @ W + b
    return softmax(scores)
""",
            checks="""\
draws = np.random.default_rng(3)
X = draws.normal(size=(5, 4))
W = draws.normal(size=(4, 3))
b = draws.normal(size=3)
P = forward(X, W, b)
powers = np.exp(X @ W + b)
assert np.allclose(P, powers / powers.sum(axis=1, keepdims=True))
""",
            mistake=Mistake("X @ W + b", "X @ W", 7, ("forward",)),
        ),
        Question(
            name="cross_entropy",
            signature="(P, y)",
            summary="The mean over the rows of -log of the right class's probability.",
            points=2,
            local="chosen",
            solution="""\
def cross_entropy(P, y):
    chosen = P[np.arange(len(y)), y]
    return float(-np.log(chosen).mean())
""",
            checks="""\
P = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.25, 0.5, 0.25]])
y = np.array([0, 1, 2])
assert np.isclose(cross_entropy(P, y), -(np.log(0.5) + np.log(0.8) + np.log(0.25)) / 3)
""",
            mistake=Mistake(".mean()", ".sum()", 4, ("cross_entropy",)),
        ),
        Question(
            name="gradient",
            signature="(X, y, P)",
            summary="The gradients of the mean cross-entropy, a tuple (dW, db).",
            points=3,
            local="errors",
            solution="""\
def gradient(X, y, P):
    errors = P.copy()
    errors[np.arange(len(y)), y] -= 1.0
    return X.T @ errors / len(y), errors.mean(axis=0)
""",
            checks="""\
draws = np.random.default_rng(4)
X = draws.normal(size=(8, 4))
y = draws.integers(0, 3, size=8)
P = draws.dirichlet(np.ones(3), size=8)
dW, db = gradient(X, y, P)
errors = P - np.eye(3)[y]
assert np.allclose(dW, X.T @ errors / 8)
assert np.allclose(db, errors.mean(axis=0))
""",
            mistake=Mistake("-= 1.0", "+= 1.0", 6, ("gradient", "train")),
        ),
        Question(
            name="train",
            signature="(X, y, n_classes, rate, epochs)",
            summary="Gradient descent from zeros: W, b, and the list of the loss of each epoch.",
            points=2,
            local="loss",
            solution="""\
def train(X, y, n_classes, rate, epochs):
    W, b, losses = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes), []
    for _ in range(epochs):
        P = forward(X, W, b)
        loss = cross_entropy(P, y)
        losses.append(loss)
        dW, db = gradient(X, y, P)
        W, b = W - rate * dW, b - rate * db
    return W, b, losses
""",
            checks="""\
draws = np.random.default_rng(5)
y = draws.integers(0, 3, size=60)
X = 3.0 * np.eye(3)[y] + draws.normal(size=(60, 3))
W, b, losses = train(X, y, 3, 0.5, 50)
assert W.shape == (3, 3)
assert b.shape == (3,)
assert len(losses) == 50
assert losses[-1] < 0.5 * losses[0]
""",
            mistake=Mistake("losses.append(loss)", "losses = [loss]", 8, ("train",)),
        ),
    ),
    last="""\
W, b, losses = train(standardize(inputs), labels, 3, 0.5, 50)
print("loss of the first and the last epoch:", losses[0], losses[-1])
""",
)

_PLOT = """\
plt.plot(losses)
plt.xlabel("epoch")
plt.ylabel("loss")
plt.show()
"""
# A figure costs more than everything else that such a notebook does, and every tool the same.
NUMPY_WITH_FIGURE = NUMPY._replace(
    packages=("numpy", "matplotlib"),
    imports=f"import matplotlib.pyplot as plt\n{NUMPY.imports}",
    last=f"{NUMPY.last}{_PLOT}",
)

# TensorFlow's first operation stands before all tests: what it writes to standard error would cost
# the points of a test in nbgrader.
KERAS = Task(
    name="keras_classifier",
    title="A classifier in Keras",
    packages=("numpy", "matplotlib", "keras", "tensorflow"),
    imports="""\
import keras
import matplotlib.pyplot as plt
import numpy as np
""",
    data="""\
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
centres = np.array([[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]])
labels = rng.integers(0, 3, size=288)
inputs = centres[labels] + 0.5 * rng.normal(size=(288, 4))
print(keras.ops.shape(keras.ops.convert_to_tensor(inputs)))
""",
    questions=(
        Question(
            name="build_model",
            signature="(n_features, n_classes)",
            summary="A compiled model: a hidden layer of 16 rectifiers, and a softmax.",
            points=2,
            local="hidden",
            solution="""\
def build_model(n_features, n_classes):
    hidden = keras.layers.Dense(16, activation="relu")
    output = keras.layers.Dense(n_classes, activation="softmax")
    model = keras.Sequential([keras.Input((n_features,)), hidden, output])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model
""",
            checks="""\
model = build_model(4, 3)
assert model.count_params() == 4 * 16 + 16 + 16 * 3 + 3
P = np.asarray(model(np.random.default_rng(1).normal(size=(5, 4))))
assert P.shape == (5, 3)
assert np.allclose(P.sum(axis=1), 1.0, atol=1e-5)
""",
            mistake=Mistake("Dense(16, ", "Dense(8, ", 3, ("build_model",)),
        ),
        Question(
            name="train_model",
            signature="(model, X, y)",
            summary="Trains for 20 epochs in batches of 32, and returns the list of their losses.",
            points=3,
            local="fitted",
            solution="""\
def train_model(model, X, y):
    fitted = model.fit(X, y, epochs=20, batch_size=32, verbose=0)
    return [float(loss) for loss in fitted.history["loss"]]
""",
            checks="""\
draws = np.random.default_rng(2)
y = draws.integers(0, 3, size=128)
X = 3.0 * np.eye(3)[y] + draws.normal(size=(128, 3))
losses = train_model(build_model(3, 3), X, y)
assert len(losses) == 20
assert losses[-1] < 0.7 * losses[0]
""",
            mistake=Mistake('.history["loss"]', '.history["loss"][-1:]', 5, ("train_model",)),
        ),
        Question(
            name="predict_classes",
            signature="(model, X)",
            summary="The most probable class of each row, an array of ints.",
            points=2,
            local="probabilities",
            solution="""\
def predict_classes(model, X):
    probabilities = model.predict(X, verbose=0)
    return probabilities.argmax(axis=1)
""",
            checks="""\
model = build_model(4, 3)
X = np.random.default_rng(3).normal(size=(32, 4))
classes = predict_classes(model, X)
assert classes.shape == (32,)
assert (classes == np.asarray(model(X)).argmax(axis=1)).all()
""",
            mistake=Mistake(
                ".argmax(axis=1)", ".round()", 4, ("predict_classes", "evaluate_model")
            ),
        ),
        Question(
            name="evaluate_model",
            signature="(model, X, y)",
            summary="The share of the rows whose class is predicted right.",
            points=3,
            local="right",
            solution="""\
def evaluate_model(model, X, y):
    right = predict_classes(model, X) == y
    return float(right.mean())
""",
            checks="""\
model = build_model(4, 3)
X = np.random.default_rng(4).normal(size=(32, 4))
y = np.asarray(model(X)).argmax(axis=1)
assert evaluate_model(model, X, y) == 1.0
y[:8] += 1
assert evaluate_model(model, X, y) == 0.75
""",
            mistake=Mistake("right.mean()", "right.sum()", 6, ("evaluate_model",)),
        ),
    ),
    last="""\
model = build_model(4, 3)
losses = train_model(model, inputs[:192], labels[:192])
print("accuracy", evaluate_model(model, inputs[192:], labels[192:]))
plt.plot(losses)
plt.xlabel("epoch")
plt.ylabel("loss")
plt.show()
""",
)
