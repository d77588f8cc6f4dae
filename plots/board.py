"""The board's figures, from its shipped results: `python plots/board.py plots/figures`."""

import sys
from pathlib import Path

from simdyhpo.board.definition import SHIPPED, grid_of, load_board
from simdyhpo.board.field import read_field
from simdyhpo.board.files import board_figures
from simdyhpo.board.ranking import ranking
from simdyhpo.board.results import method_files
from simdyhpo.drawing.canvas import save_figure

board = load_board()
found = [
    ranking(board, part, grid_of(board), read_field(board, part))
    for part in board.parts
    if method_files(SHIPPED, part)
]
for stem, figure in board_figures(found).items():
    save_figure(figure, Path(sys.argv[1]), stem, ("png",))
