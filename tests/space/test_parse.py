"""Domains as JSON and back."""

import json

import pytest
from hypothesis import given

from luthier.base.errors import InvalidInput
from luthier.space import Domain, Space
from luthier.space.parse import domain_from_json, domain_to_json, domains_from_json, domains_to_json
from luthier.testing.strategies import domains, spaces


@given(domains())
def test_a_domain_survives_json(domain: Domain) -> None:
    assert domain_from_json(json.loads(json.dumps(domain_to_json(domain), allow_nan=False))) == domain


@given(spaces())
def test_a_space_survives_json_with_its_order(space: Space) -> None:
    text = json.dumps(domains_to_json(space))
    assert Space(domains_from_json(json.loads(text))) == space


def test_an_unknown_type_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="complex"):
        domain_from_json({"type": "complex"})
