import dataclasses
import datetime as dt
import re
import shutil

import pytest
import yaml

from comptoir.connectors.files.grid import ReadOptions
from comptoir.inventory.options import READER_OPTIONS
from comptoir.inventory.scaffold import scaffold_source
from comptoir.inventory.schema import INVENTORY_DIR, InventoryError, LongReRead, load_inventory
from comptoir.settings import PROJECT_DIR


@pytest.fixture
def directory(tmp_path):
    target = tmp_path / "inventory"
    for folder in ("families", "sources"):
        shutil.copytree(INVENTORY_DIR / folder, target / folder)
    return target


def _edit(directory, source, change):
    path = directory / "sources" / f"{source}.yml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(raw)
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")


def test_every_source_declares_who_why_and_how_long():
    for source in load_inventory().sources.values():
        assert source.governance.controller
        assert source.governance.legal_basis
        assert not source.governance.personal_data or source.governance.retention_days


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw["governance"].pop("legal_basis"), "legal_basis"),
        (lambda raw: raw["governance"].update(retention_days=None), "retention"),
        (lambda raw: raw["streams"]["reports"]["map"].pop("category"), "say where 'category' comes from"),
        (lambda raw: raw["streams"]["reports"]["map"].update(colour="couleur"), "not in the contract"),
        (lambda raw: raw.update(family="opendatahard"), "unknown family"),
        (lambda raw: raw.update(id="autre"), "must be the file's name"),
        (lambda raw: raw["streams"]["reports"].update(absent_is_zero_in=["Bretagne"]), "absent_is_zero_in"),
        (lambda raw: raw.update(surprise=1), "surprise"),
    ],
)
def test_a_source_that_breaks_the_schema_is_refused_with_the_key(directory, change, message):
    _edit(directory, "opendatasoft", change)
    with pytest.raises(InventoryError, match=message):
        load_inventory(directory)


def test_a_required_field_cannot_be_unreported(directory):
    def change(raw):
        own = raw["streams"]["reports"]
        own["unreported"] = ["declared_on"]
        del own["map"]["declared_on"]

    _edit(directory, "opendatasoft", change)
    with pytest.raises(InventoryError, match="'declared_on' is required"):
        load_inventory(directory)


def test_an_unreported_field_has_no_path():
    fields = load_inventory().stream("dans_ma_rue", "reports").fields
    assert fields["closed_on"].path is None
    assert fields["category"].path == "type"


@pytest.mark.parametrize(
    ("every", "nights"),
    [("week", ["2026-10-04", "2026-10-11", "2026-10-18", "2026-10-25"]), ("month", ["2026-10-01"])],
)
def test_the_calendar_says_which_nights_ask_further_back(every, nights):
    stream = (
        load_inventory()
        .stream("matomo", "visits")
        .model_copy(update={"re_read_days": 3, "long_re_read": LongReRead(every=every, days=35)})
    )
    october = [dt.date(2026, 10, day) for day in range(1, 32)]
    assert [night.isoformat() for night in october if stream.window_days(night) == 35] == nights
    assert {stream.window_days(night) for night in october} == {3, 35}


def test_a_long_window_that_is_not_longer_is_refused(directory):
    path = directory / "families" / "matomo.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("days: 35}", "days: 3}"), encoding="utf-8")
    with pytest.raises(InventoryError, match="asks no further back"):
        load_inventory(directory)


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("public: {of: territory, because:", "public: {of: territory, why:", "because"),
        ('"communes are named after saints and great men, nobody living"', '"so"', "at least 20 characters"),
        ("treatment: public_name", "treatment: text", "goes with treatment 'public_name'"),
    ],
)
def test_a_name_is_public_for_a_stated_reason_only(directory, was, becomes, message):
    path = directory / "families" / "tourist_tax.yml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(InventoryError, match=message):
        load_inventory(directory)


def test_a_name_that_is_public_where_no_field_can_say_so_is_refused(directory):
    path = directory / "families" / "datatourisme.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("field: types", "field: classes"), encoding="utf-8")
    with pytest.raises(InventoryError, match="public only where 'classes', which is no field"):
        load_inventory(directory)


def test_a_scaffold_loads_and_is_not_overwritten(directory):
    scaffold_source("rennes", "opendatasoft", directory)
    assert load_inventory(directory).sources["rennes"].family == "opendatasoft"
    with pytest.raises(InventoryError, match="exists already"):
        scaffold_source("rennes", "opendatasoft", directory)
    with pytest.raises(InventoryError, match="No protocol family"):
        scaffold_source("autre", "inconnue", directory)


def test_an_option_that_does_not_exist_is_refused_with_those_that_do(directory):
    _edit(directory, "eurostat", lambda raw: raw["streams"]["nights"]["options"].update(data_set="tour_occ_nim"))
    with pytest.raises(InventoryError, match=r"'nights': no such option: data_set\. Known there: dataset, filt"):
        load_inventory(directory)


@pytest.mark.parametrize("value", ["0", "-3", "trente", ""])
def test_an_option_that_is_a_number_is_one_from_1(directory, value):
    _edit(directory, "matomo", lambda raw: raw["streams"]["visits"]["options"].update(days_per_call=value))
    with pytest.raises(InventoryError, match=f"'visits': option 'days_per_call' is '{value}': a whole number from 1"):
        load_inventory(directory)


def test_a_source_that_is_asked_for_no_option_says_so(directory):
    _edit(directory, "mastodon", lambda raw: raw.update(options={"page_size": "20"}))
    with pytest.raises(InventoryError, match=r"source 'mastodon': no such option: page_size\. Known there: none"):
        load_inventory(directory)


def test_every_reader_of_files_knows_the_readers_options():
    read_by_all = {field.name for field in dataclasses.fields(ReadOptions)}
    assert read_by_all < set(READER_OPTIONS)
    assert set(READER_OPTIONS) <= set(load_inventory().stream("attendance", "visits").options)


def _told() -> set[tuple[str, str, str, str]]:
    """Family, level, option and default of each row of the page's table of options."""
    told, family = set(), ""
    table = (PROJECT_DIR / "docs/reference/recalled.md").read_text(encoding="utf-8")
    for row in table.partition("\n## Options")[2].partition("\n## ")[0].splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        if len(cells) == 4 and (found := re.match(r"(source |(?:`\w+`(?:, )?)+: )`(\w+)`: `(.*?)`", cells[2])):
            family = cells[0].rpartition("(")[2].strip("`)") or family
            levels = re.findall(r"\w+", found[1])
            told |= {(family, level, found[2], found[3]) for level in levels}
    return told


def test_the_page_of_what_is_recalled_lists_every_default_of_every_family():
    known = set()
    for name, family in load_inventory().families.items():
        known |= {(name, "source", option, default) for option, default in family.options.items() if default}
        for stream in family.streams.values():
            known |= {(name, stream.name, option, default) for option, default in stream.options.items() if default}
    assert _told() == known
