"""The published files of each source, by SHA-256: what a download or a copy must be.

TaskSet's are checksums of the JSON itself; a copy may be compressed with gzip.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

_TASKSET = "FixedTextRNNClassification_imdb_"


class Published(msgspec.Struct, frozen=True):
    """Files of one source at one commit.

    Attributes:
        release: which version they are.
        url: the folder to download from; empty if there is none.
        page: where a person finds them.
        files: SHA-256 by path below `url`.
    """

    release: str
    url: str
    page: str
    files: Mapping[str, str]


PUBLISHED: Mapping[str, Published] = {
    "lcdb": Published(
        release="LCDB 1.0, database-accuracy.csv of the package lcdb 0.1.0, means over seeds",
        url="",
        page="docs/tables.md",
        files={
            "lcdb1_accuracy_by_anchor.csv": (
                "7710f9b2d28e5c7998c00d7c8245d7019ae3cd0e05cce3478687283cc07c80f9"
            ),
        },
    ),
    "yahpo": Published(
        release="1.0.2 (slds-lmu/yahpo_data, commit efdab9072f63bd680396cd4b78b927c4a0caaad3)",
        url="https://raw.githubusercontent.com/slds-lmu/yahpo_data/efdab9072f63bd680396cd4b78b927c4a0caaad3",
        page="https://github.com/slds-lmu/yahpo_data",
        files={
            "iaml_glmnet/config_space.json": (
                "0ad5fb8f4205f54be13ded2af5f9b34f840914dc0457f1ed6be215b7885fb0f9"
            ),
            "iaml_glmnet/encoding.json": ("e04ffd8c9bfdcb2e8b9c08c38d828e40d7be3ef90c8895f3e7e84b8b4348c3d1"),
            "iaml_glmnet/model.onnx": ("5c9b1541e37604993098ba23b04695bfe38d009108e9de0a26c3f161265b5a7a"),
            "lcbench/config_space.json": ("4d1c78a91429b4a37628e13f286cf1abe15f778a09722a4c01714f2d72a8200d"),
            "lcbench/encoding.json": ("d8af928f412bbeb07e58ecd69877fcab35fbc595333d1c1c3f76120d2f2508da"),
            "lcbench/model.onnx": ("b45c0d85ae39abf8820c8bea5ac82f415763afcbaf3b725e36af452b09cb6dcd"),
            "rbv2_rpart/config_space.json": (
                "86de5b9c8f9bc2f82eaafa099b9920445ce6edbe56509c9736af71d53ef4a630"
            ),
            "rbv2_rpart/encoding.json": ("e978cd3de5b8fbad4f7dbb7a15bed94738d37c24a0bfb3cbdf33509ba91df49c"),
            "rbv2_rpart/model.onnx": ("af34bb810107fd809bdd74be227685fb2a1c5cb7b1f3c2dde5629e42ef6819f3"),
            "rbv2_xgboost/config_space.json": (
                "acf4485d314d86801f61b615d64ffea7859c414c363da9e7f943621468ebbda4"
            ),
            "rbv2_xgboost/encoding.json": (
                "0bd3cf9a4c9459a3148adf740f20b347fd11a6714f89348f41467a8f1206172a"
            ),
            "rbv2_xgboost/model.onnx": ("85125b6d97f553d10cd50f9e632e1a3f1ad44bcb00300dd2880d70dfd043d9f3"),
        },
    ),
    "taskset": Published(
        release="releaunifreiburg/DyHPO, commit cfba15aecf21e8c312c45d053f1ab6426a9973ce",
        url=(
            "https://raw.githubusercontent.com/releaunifreiburg/DyHPO/"
            "cfba15aecf21e8c312c45d053f1ab6426a9973ce/data/taskset"
        ),
        page="https://github.com/releaunifreiburg/DyHPO",
        files={
            f"{_TASKSET}patch128_LSTM128_avg_bs64.json": (
                "5f5a332e45231a5639d43ff35ffac6bba28836593953a428dc0b508f8d4ea264"
            ),
            f"{_TASKSET}patch128_LSTM128_bs64.json": (
                "c52d49dfb308cfca66c02f67f89aa880ccb9f04c38ace31e18db1e58898e8c03"
            ),
            f"{_TASKSET}patch128_LSTM128_embed128_bs64.json": (
                "cf04eeed0cf4f4950666841756d9988d4d529c8aebd433c0303464cfec5a4e2d"
            ),
            f"{_TASKSET}patch32_GRU128_bs128.json": (
                "3f72bcc5688c429e8b204029afa8a115a1233d304808efbc6290fcc6d530551c"
            ),
            f"{_TASKSET}patch32_GRU64_avg_bs128.json": (
                "d3650db950bf292d52972db69fe3bfd7d2588d68b7b40f5c496977e8ebab11bc"
            ),
            f"{_TASKSET}patch32_IRNN64_relu_avg_bs128.json": (
                "5ae8c7fbea5f4fa5a63920767be50467bcf1647421d8b64595a5420fc1c4b7b2"
            ),
            f"{_TASKSET}patch32_IRNN64_relu_last_bs128.json": (
                "2e82adc0fed36722e6ef38e4a3ab54d77e8495ce7482f35389000e29da5ac010"
            ),
            f"{_TASKSET}patch32_LSTM128_E128_bs128.json": (
                "11891b4d02be630145f4ff6537bc77c2d83f517a448f1bd3c181fa67ebc59c07"
            ),
            f"{_TASKSET}patch32_LSTM128_bs128.json": (
                "08a52b1102b6b010ece9fa5549b2b16b0e782aca3fbd8119b4c0447fa9d72558"
            ),
            f"{_TASKSET}patch32_VRNN128_tanh_bs128.json": (
                "838d8716451d0ce1626450739d68d3e26561f0b5891bd939e07a7bf2e438eb2b"
            ),
            f"{_TASKSET}patch32_VRNN64_relu_avg_bs128.json": (
                "e48a689597342aec59c60ed94f58cff5d874bff581642f7f6662fea874b1b1b1"
            ),
            f"{_TASKSET}patch32_VRNN64_tanh_avg_bs128.json": (
                "b81762ce3cc0e56e0146853abc809189a3eff1c756cf7a9c4bdb1f64c79084c5"
            ),
        },
    ),
}
