"""One of FCNet's four HDF5 files (HPOBench) to a long CSV; needs h5py.

Klein and Hutter (2019): the key is the configuration as text; `valid_mse` is (4 repeats, 100 epochs),
`runtime` the total seconds of each repeat.
"""

import ast
import csv
from pathlib import Path

import h5py

source, target = "fcnet_protein_structure_data.hdf5", Path("fcnet.csv")
with h5py.File(source) as data, target.open("w", newline="") as file:
    rows = csv.writer(file)
    names = sorted(ast.literal_eval(next(iter(data))))
    rows.writerow([*names, "repeat", "epoch", "mse", "seconds"])
    for key, run in data.items():
        settings = ast.literal_eval(key)
        for repeat, (values, total) in enumerate(zip(run["valid_mse"], run["runtime"], strict=True)):
            for epoch, value in enumerate(values, start=1):
                seconds = total * epoch / len(values)
                rows.writerow([*(settings[name] for name in names), repeat, epoch, value, seconds])
