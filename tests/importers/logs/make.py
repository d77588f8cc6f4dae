"""Write what lies in `written/`: logs of Keras and Lightning, by the packages themselves.

Both are too large for the test environment, and what they write is text. With either installed, beside torch:
`KERAS_BACKEND=torch python tests/importers/logs/make.py FOLDER`. Made with pytorch-lightning 2.6.6 and
keras 3.15.1.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from pytorch_lightning.loggers import CSVLogger

CONFIGURATIONS = [(0.1, 32), (0.01, 32), (0.1, 64)]


def lightning(folder):
    """Three runs; the last one is stopped after two of three epochs."""
    for number, (rate, units) in enumerate(CONFIGURATIONS):
        logger = CSVLogger(folder, name="digits")
        logger.log_hyperparams(
            {"lr": rate, "layers": [units, 16], "optimizer": {"name": "adam"}, "path": Path("x")}
        )
        step = 0
        for epoch in range(3 if number < 2 else 2):
            for _ in range(2):
                logger.log_metrics({"train_loss": 1 / (step + 1), "epoch": epoch}, step=step)
                step += 1
            logger.log_metrics(
                {"val_loss": rate * (3 - epoch), "val_acc": epoch / units, "epoch": epoch}, step - 1
            )
        logger.save()


def learn(folder):
    """Three runs of two units or so, each in a file with its hyperparameters in its name."""
    inputs = np.linspace(0, 1, 32).reshape(16, 2)
    for rate, units in CONFIGURATIONS:
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(units), keras.layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(rate / 10), loss="mse")
        log = keras.callbacks.CSVLogger(folder / f"lr={rate},units={units}.csv")
        model.fit(inputs, inputs.sum(1), epochs=3, validation_split=0.25, verbose=0, callbacks=[log])


if __name__ == "__main__":
    written = Path(sys.argv[1])
    (written / "keras").mkdir(parents=True)
    lightning(written / "lightning_logs")
    learn(written / "keras")
