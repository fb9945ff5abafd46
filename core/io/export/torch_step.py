"""One time step of a cell in plain PyTorch, written from its equations: the body of the script's `step`.

    x, h, c        what the step reads: the input and the last states [B, H]
    p              the layer's parameters, under the cell's names
    new_h, new_c   the states that it returns

W_i x + b_i is one product for all gates, and so is W_h h + b_h where every gate sees h itself.
"""

from collections.abc import Iterator

from ...cells import Cell
from ...cells.symbolic import (
    Applied,
    Bias,
    Complement,
    Dot,
    Factor,
    Formula,
    Peephole,
    Product,
    Ref,
    Term,
)

PHI = {
    "tanh": "torch.tanh({})",
    "relu": "torch.relu({})",
    "sigmoid": "torch.sigmoid({})",
    "hard_sigmoid": "F.hardsigmoid({})",
    "identity": "{}",
    "": "{}",
}


def torch_step(cell: Cell, bias: bool, recurrence: bool = True) -> list[str]:
    """The lines of `def step(self, x, h, c, p)`, without their indentation.

    Without recurrence h and c are zeros and there is no weight_hh, so what is multiplied with it is left out.
    """
    return [*_Step(cell, bias, recurrence).lines()]


class _Step:
    def __init__(self, cell: Cell, bias: bool, recurrence: bool):
        self.cell, self.bias, self.recurrence = cell, bias, recurrence
        self.equations = cell.equations()
        products = [term for f in self.equations.values() for term in f.terms]
        of_state = [t.of for t in products if isinstance(t, Dot) and t.weight == "weight_hh"]
        self.of_h_alone = all(of == Ref("h", -1) for of in of_state)

    def lines(self) -> Iterator[str]:
        number, blocks = self.cell.blocks, self.cell.block_names
        yield f"{_row('x_', blocks)} = {self._linear('x', 'ih')}.chunk({number}, 1)"
        if not self.recurrence:
            yield from self._biases_alone()
        elif self.of_h_alone:
            yield f"{_row('h_', blocks)} = {self._linear('h', 'hh')}.chunk({number}, 1)"
        else:
            yield f'{_row("U_", blocks)} = p["weight_hh"].chunk({number})'
            if self.bias:
                yield f'{_row("b_", blocks)} = p["bias_hh"].chunk({number})'
        if self.cell.peepholes:
            yield f'{_row("p_", self.cell.peepholes)} = p["weight_peephole"]'
        for name, formula in self.equations.items():
            yield f"{self._new(name)} = {self._right(formula)}"
        yield f"return new_h, {'new_c' if 'c' in self.cell.states else 'c'}"

    def _biases_alone(self) -> Iterator[str]:
        if self.bias:
            blocks = self.cell.block_names
            yield f'{_row("h_", blocks)} = p["bias_hh"].chunk({len(blocks)})'
        else:
            yield f"{' = '.join(f'h_{gate}' for gate in self.cell.block_names)} = torch.zeros_like(h)"

    def _linear(self, vector: str, which: str) -> str:
        bias = f', p["bias_{which}"]' if self.bias else ""
        return f'F.linear({vector}, p["weight_{which}"]{bias})'

    def _new(self, name: str) -> str:
        return f"new_{name}" if name in self.cell.states else name

    def _right(self, formula: Formula) -> str:
        terms = [self._term(term) for term in formula.terms if not isinstance(term, Bias)]
        return PHI[formula.phi].format(" + ".join(terms).replace("+ -", "- "))

    def _term(self, term: Term) -> str:
        if isinstance(term, Dot):  # with its bias
            if term.weight == "weight_ih":
                return f"x_{term.gate}"
            if self.of_h_alone or not self.recurrence:
                return f"h_{term.gate}"
            bias = f", b_{term.gate}" if self.bias else ""
            return f"F.linear({self._quantity(term.of)}, U_{term.gate}{bias})"
        assert isinstance(term, Product)
        return "-" * (term.sign < 0) + " * ".join(map(self._factor, term.factors))

    def _factor(self, factor: Factor) -> str:
        if isinstance(factor, Peephole):
            return f"p_{factor.gate}"
        if isinstance(factor, Complement):
            return f"(1 - {self._quantity(factor.of)})"
        if isinstance(factor, Applied):
            return PHI[factor.phi].format(self._quantity(factor.of))
        assert isinstance(factor, Ref)
        return self._quantity(factor)

    def _quantity(self, ref: Ref) -> str:
        return self._new(ref.name) if ref.shift == 0 else ref.name


def _row(prefix: str, names: tuple[str, ...]) -> str:
    """Names to unpack a row into; one alone keeps its comma."""
    return ", ".join(prefix + name for name in names) + "," * (len(names) == 1)
