"""A clinic's own folder: what it may add and choose, and that it cannot change, remove, loosen or silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assuage.catalog import Catalog, check_catalog, disputes, load_catalog, read_catalog
from assuage.catalog.model import FOLDERS
from assuage.catalog.overlay import lay_over
from assuage.catalog.read import DATA, folder_of
from assuage.errors import CatalogError
from assuage.quantity import parse

SOUND = Path(__file__).parent / "broken" / "sound"
DOSE = "regimens.author-2020-salt.steps.infusion.components.0.dose"
STOP = "limits.salt-dose-per-kg-stop.above"
RULE = "rules.salt-heart.when.any.1.below"


def write(folder: Path, **files: str) -> Path:
    """Files of a clinic's folder; in a name two underscores stand for the folder's mark."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/').replace('_', '-')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def laid(folder: Path) -> Catalog:
    return lay_over(read_catalog(SOUND), folder_of(folder, f"{folder}/"))


def refusal(folder: Path) -> str:
    with pytest.raises(CatalogError) as caught:
        laid(folder)
    for problem in caught.value.problems:
        assert all((problem.what, problem.where, problem.expected, problem.do))
    return "\n".join(problem.what for problem in caught.value.problems)


def claim(fact: str, value: str, key: str = "own") -> str:
    return f'- fact: {fact}\n  claims: [{{value: "{value}", source: author-2020, where: read in full, key: {key}}}]\n'


def choice(fact: str, chosen: str, value: str, pharmacist: str = "B. Example") -> str:
    return (
        f'- {{fact: {fact}, chosen: {chosen}, value: "{value}", because: We read it., physician: A. Example,'
        f" pharmacist: {pharmacist}, on: 2026-02-03}}\n"
    )


def test_a_choice_between_claims_stands_with_both_names_and_the_date(tmp_path: Path) -> None:
    catalog = laid(write(tmp_path, choices=choice(DOSE, "at-70-kg", "2100 mg")))
    dose = catalog.regimens["author-2020-salt"].steps[0].components[0].dose
    assert (dose.value, dose.chosen) == ("2100 mg", "at-70-kg")
    assert dose.because == ("We read it. Chosen by A. Example, physician, and B. Example, pharmacist, on 03-Feb-2026.")
    assert [one.by for one in disputes(catalog) if one.fact == DOSE] == ["clinic"]
    assert catalog.choices[DOSE].chosen == "at-70-kg"


def test_a_claim_is_added_beside_those_that_stand(tmp_path: Path) -> None:
    shipped = read_catalog(SOUND).regimens["author-2020-salt"].steps[0].components[0].dose
    dose = (
        laid(write(tmp_path, claims=claim(DOSE, "25 mg/kg"))).regimens["author-2020-salt"].steps[0].components[0].dose
    )
    assert dose.claims[:-1] == shipped.claims
    assert (dose.claims[-1].value, dose.value) == ("25 mg/kg", "30 mg/kg")


def test_records_of_its_own_are_added(tmp_path: Path) -> None:
    vial = (SOUND / "presentations" / "salt-500-mg-per-ml-10-ml.yaml").read_text(encoding="utf-8")
    write(
        tmp_path,
        presentations__salt_100_mg_per_ml_5_ml=vial.replace("500-mg-per-ml-10-ml", "100-mg-per-ml-5-ml")
        .replace("Salt 50 % w/v (500 mg/mL), 10 mL", "Salt 10 % w/v (100 mg/mL), 5 mL")
        .replace("500 mg/mL", "100 mg/mL")
        .replace("value: 10 mL", "value: 5 mL"),
        limits__own=(SOUND / "limits" / "salt.yaml").read_text(encoding="utf-8").replace("salt-dose", "own-salt-dose").replace("60 mg/kg", "50 mg/kg").replace("40 mg/kg", "35 mg/kg"),
        sources__own="- {id: our-policy, kind: policy, citation: Our policy., access: full-text}\n",
        terms__own="- {id: table-salt, kind: drug, name: table salt, source: our-policy, classes: [salt-source], contains: [salt]}\n",
    )  # fmt: skip
    catalog, shipped = laid(tmp_path), read_catalog(SOUND)
    assert "salt-100-mg-per-ml-5-ml" in catalog.presentations
    assert {"own-salt-dose-per-kg-stop", *shipped.limits} <= set(catalog.limits)
    for kind in FOLDERS:
        assert all(catalog.records(kind)[name] == record for name, record in shipped.records(kind).items())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"claims": claim(STOP, "90 mg/kg"), "choices": choice(STOP, "own", "90 mg/kg")}, "would loosen from 60 mg/kg to 90 mg/kg"),
        ({"claims": claim(STOP, "90 mg/kg")}, "with the clinic's claims limits.salt-dose-per-kg-stop.above has no value"),
        ({"claims": claim(RULE, "30 kg"), "choices": choice(RULE, "own", "30 kg")}, "would loosen from 40 kg to 30 kg"),
        ({"claims": claim("measurements.weight.plausible_high", "900 kg"),
          "choices": choice("measurements.weight.plausible_high", "own", "900 kg")}, "would loosen from 250 kg to 900 kg"),
        ({"claims": claim("watch.salt-pulse.values.0", "60 min"), "choices": choice("watch.salt-pulse.values.0", "own", "60 min")},
         "watch.salt-pulse.values.0 would become 60 min; it is 15 min"),
        ({"claims": claim(DOSE, "25 mg/kg", "methods")}, "is called “methods” already"),
        ({"claims": claim(DOSE + "s", "25 mg/kg")}, "no fact of the catalog has the path"),
        ({"choices": choice(DOSE, "nobody", "1 mg/kg")}, "has no claim “nobody”"),
        ({"choices": choice(DOSE, "methods", "40 mg/kg")}, "says 30 mg/kg; it was chosen as 40 mg/kg"),
        ({"choices": choice(DOSE, "methods", "30 mg/kg", " a. EXAMPLE ")}, "was chosen by A. Example alone"),
        ({"choices": "chosen: methods\n"}, "choices.yaml is not a list"),
        ({"limits__salt": (SOUND / "limits" / "salt.yaml").read_text(encoding="utf-8")}, "salt-dose-per-kg-stop of limits is in the catalog already"),
        ({"drugs__other": (SOUND / "drugs" / "salt.yaml").read_text(encoding="utf-8").replace("id: salt\n", "id: other\n")}, "drugs cannot be added by a clinic"),
        ({"terms__own": "- {id: salt-water, kind: drug, name: salt in water, source: author-2020}\n"}, "“salt in water” names or mentions salt"),
        ({"terms__own": "- {id: own, kind: drug, name: another, source: nowhere}\n"}, "“nowhere” is named and is no source"),
        ({"regimen__own": "id: own\n"}, "no folder of the catalog is called regimen"),
        ({"choice": choice(DOSE, "methods", "30 mg/kg"), "recalls": "- {what: a, because: b, by: c, on: 2026-02-03}\n"}, "choice.yaml is not read"),
    ],
)  # fmt: skip
def test_what_a_clinic_may_not_do_is_refused(files: dict[str, str], said: str, tmp_path: Path) -> None:
    assert said in refusal(write(tmp_path, **files))


@pytest.mark.parametrize(
    ("fact", "value"),
    [(STOP, "50 mg/kg"), (RULE, "45 kg"), ("measurements.weight.plausible_low", "35 kg")],
)
def test_a_bound_may_become_stricter(fact: str, value: str, tmp_path: Path) -> None:
    catalog = laid(write(tmp_path, claims=claim(fact, value), choices=choice(fact, "own", value)))
    assert catalog.choices[fact].value == value
    if fact == STOP:
        assert catalog.limits["salt-dose-per-kg-stop"].bound_quantity == parse(value)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    said = refusal(
        write(tmp_path, claims=claim(DOSE + "s", "25 mg/kg"), choices=choice(DOSE, "nobody", "1 mg/kg"), regimen__x="id: x\n")
    )  # fmt: skip
    assert len(said.splitlines()) == 3


def test_an_empty_folder_is_not_taken_for_a_clinics(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "the folder holds nothing of a catalog"


def test_one_byte_more_and_the_fingerprint_is_another(tmp_path: Path) -> None:
    one = laid(write(tmp_path, choices=choice(DOSE, "methods", "30 mg/kg")))
    two = laid(write(tmp_path, choices=choice(DOSE, "methods", "30 mg/kg") + "# read again\n"))
    assert len({read_catalog(SOUND).fingerprint, one.fingerprint, two.fingerprint}) == 3


def test_two_folders_are_laid_in_order(tmp_path: Path) -> None:
    first = write(tmp_path / "region", choices=choice("formulas.devine.coefficients.start_female", "w3", "45 kg"))
    second = write(
        tmp_path / "clinic", choices=choice("formulas.devine.coefficients.start_female", "devine-1974", "45.5 kg")
    )
    facts = [
        load_catalog(*folders).formulas["devine"].coefficients["start_female"]
        for folders in ((), (first,), (first, second))
    ]
    assert [fact.value for fact in facts] == ["45.5 kg", "45 kg", "45.5 kg"]
    assert len(load_catalog(first, second).overlays) == 2


def test_a_clinics_folder_is_checked_over_the_shipped_catalog(tmp_path: Path) -> None:
    good = write(tmp_path / "good", choices=choice("formulas.devine.coefficients.start_female", "w3", "45 kg"))
    bad = write(tmp_path / "bad", choices=choice("formulas.devine.coefficients.start_female", "w4", "45 kg"))
    assert [one for one in check_catalog(good) if one.severity == "error"] == []
    assert [one.where.removeprefix(f"{bad}/") for one in check_catalog(bad)] == ["choices.yaml:1:3"]


BLOCK = re.compile(r"```yaml\n# (data|clinic)/(\S+)\n(.*?)```", re.DOTALL)


def of_the_manual(folder: Path, whose: str) -> Path:
    """The files that data/README.md shows, as a folder."""
    for owner, name, text in BLOCK.findall((DATA / "README.md").read_text(encoding="utf-8")):
        if owner == whose:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_clinics_folder_of_the_manual_works(tmp_path: Path) -> None:
    catalog = load_catalog(of_the_manual(tmp_path, "clinic"))
    dose = catalog.regimens["kim-2015-magnesium"].steps[0].components[0].dose
    assert (dose.chosen, dose.claim().source) == ("read-in-full", "our-reading")
    assert set(catalog.recalls) == {"painmuse-125"}


def test_the_worked_file_of_the_manual_works(tmp_path: Path) -> None:
    """Laid over the shipped catalog as a clinic would: a product is a thing that a clinic may add."""
    catalog = load_catalog(of_the_manual(tmp_path, "data"))
    assert "magnesium-sulfate-200-mg-per-ml-10-ml" in catalog.presentations
