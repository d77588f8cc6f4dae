"""Both libraries give the factors, solutions and inverses that the definitions ask for."""

import pytest
import torch

from simdyhpo.surrogates.algebra import SCIPYS, TORCHS

ROWS, COLUMNS = 17, 3


@pytest.fixture(params=[TORCHS, SCIPYS], ids=["torch", "scipy"])
def algebra(request):
    return request.param


@pytest.fixture
def matrix():
    made = torch.randn(ROWS, ROWS, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return made @ made.T + torch.eye(ROWS, dtype=torch.float64)


def test_the_factor_is_lower_and_gives_the_matrix_back(algebra, matrix):
    before = matrix.clone()
    factor, trouble = algebra.factor(matrix)
    assert not trouble
    assert torch.equal(factor, factor.tril())
    torch.testing.assert_close(factor @ factor.T, before)


@pytest.mark.parametrize("wrong", [-1.0, float("nan")])
@pytest.mark.parametrize("place", [0, 8, ROWS - 1])
def test_no_factor_is_noticed(algebra, matrix, wrong, place):
    matrix[place, place] = wrong
    assert algebra.factor(matrix)[1]


@pytest.mark.parametrize("transposed", [False, True], ids=["lower", "transposed"])
@pytest.mark.parametrize("columns", [COLUMNS, 1, 0])
@pytest.mark.parametrize("layout", ["rows", "columns", "strided"])
def test_what_is_solved_gives_the_right_side_back(algebra, matrix, transposed, columns, layout):
    lower, _ = algebra.factor(matrix)
    right = torch.randn(ROWS, 2 * columns, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    right = right[:, ::2] if layout == "strided" else right[:, :columns].contiguous()
    right = right.T.contiguous().T if layout == "columns" else right
    before, factor = right.clone(), lower.clone()
    solved = algebra.solve(lower, right, transposed=transposed)
    torch.testing.assert_close((lower.T if transposed else lower) @ solved, before)
    assert torch.equal(right, before)
    assert torch.equal(lower, factor)


def test_the_inverse_is_the_matrixs(algebra, matrix):
    before = matrix.clone()
    inverse = algebra.inverse(algebra.factor(matrix)[0])
    torch.testing.assert_close(inverse @ before, torch.eye(ROWS, dtype=torch.float64))
    assert torch.equal(inverse, inverse.T)
    assert inverse.is_contiguous()
