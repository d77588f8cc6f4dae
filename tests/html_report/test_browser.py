"""The page in a real browser: it fetches nothing; all can be read, sorted, searched, enlarged, printed."""

import shutil
from pathlib import Path

import pytest

pytest.importorskip("selenium")

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from tests.studies.watching import PATIENCE

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        CHROMIUM is None or DRIVER is None,
        reason="no chromium and chromedriver (Debian's chromium-driver) here",
    ),
]

SCRIPT = (Path(__file__).parent / "browser.js").read_text()
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
LEAST_CONTRAST = 4.5  # WCAG 2.2, level AA, for text of any size


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(DRIVER))  # both named: nothing is looked up
    started.set_page_load_timeout(PATIENCE)
    started.set_script_timeout(PATIENCE)
    yield started
    started.quit()


@pytest.fixture(params=["study", "run"])
def page(request, browser):
    """The browser with a report open, on a desk."""
    return opened(browser, request.getfixturevalue(f"{request.param}_page"))


@pytest.fixture
def study(browser, study_page):
    return opened(browser, study_page)


@pytest.fixture
def run(browser, run_page):
    return opened(browser, run_page)


def opened(browser, path, device=DESK, scheme="light"):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get("about:blank")
    browser.get_log("browser")  # what came before is not this page's
    browser.get(path.as_uri())
    return browser


def ask(browser, what, *arguments):
    return browser.execute_script(SCRIPT, what, *arguments)


def find(browser, selector):
    return browser.find_element("css selector", selector)


def test_no_complaint_and_nothing_fetched(page):
    ask(page, "openAll")
    page.execute_script("document.querySelectorAll('button').forEach((button) => button.click())")
    assert page.get_log("browser") == []
    assert ask(page, "fetched") == []


def test_every_figure_is_there(page):
    ask(page, "openAll")
    pictures = ask(page, "pictures")
    assert len(pictures) >= 3
    for title, complete, width, height, shown in pictures:
        assert title
        assert complete
        assert min(width, height, shown) > 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(page, scheme):
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    ask(page, "openAll")
    found = ask(page, "contrasts")
    assert len(found) > 100
    ratio, text = found[0]
    assert ratio >= LEAST_CONTRAST, text


@pytest.mark.parametrize("name", ["study", "run"])
def test_a_phone_shows_it_without_scrolling_sideways(browser, request, name):
    opened(browser, request.getfixturevalue(f"{name}_page"), PHONE)
    ask(browser, "openAll")
    _, width, window = ask(browser, "size")
    assert width == window == 360


def test_pages_stay_small(study, study_page):
    elements, _, _ = ask(study, "size")
    assert elements < 3000
    assert study_page.stat().st_size < 2_000_000


def test_a_table_is_sorted_by_its_heads(study):
    table = "#summary table"
    before = ask(study, "column", table, 2)
    head = find(study, f"{table} thead th:nth-child(3)")
    head.find_element("tag name", "button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert ask(study, "column", table, 2)[:3] == sorted(before[:3], key=float)
    head.find_element("tag name", "button").send_keys("\n")  # by keyboard, too
    assert head.get_attribute("aria-sort") == "descending"
    assert ask(study, "column", table, 2)[:3] == sorted(before[:3], key=float, reverse=True)
    words = find(study, f"{table} thead th:first-child")
    words.find_element("tag name", "button").click()
    assert (words.get_attribute("aria-sort"), head.get_attribute("aria-sort")) == ("ascending", None)
    assert ask(study, "column", table, 0)[:3] == ["halving, asynchronous", "random", "sh"]


def test_what_is_missing_is_sorted_last(study):
    table = "#runs table"
    for direction in ("ascending", "descending"):
        head = find(study, f"{table} thead th:nth-child(6)")
        head.find_element("tag name", "button").click()
        assert head.get_attribute("aria-sort") == direction
        regrets = ask(study, "column", table, 5)
        assert regrets[-2:] == ["", ""]
        known = [float(text) for text in regrets[:-2]]
        assert known == sorted(known, reverse=direction == "descending")


def test_decisions_are_searched_and_shown_piece_by_piece(run):
    table, status = "#decisions table", find(run, "#decisions .status")
    total = int(status.text.rpartition(" ")[2])
    assert status.text == f"50 shown, of {total}"
    assert len(ask(run, "column", table, 0)) == 50
    find(run, "#decisions .more button").click()
    assert len(ask(run, "column", table, 0)) == total
    assert not find(run, "#decisions .more button").is_displayed()
    find(run, "#decisions input").send_keys("promote_sh allowed")
    assert status.text.startswith("0 shown")
    find(run, "#decisions input").clear()
    find(run, "#decisions input").send_keys("PROMOTED this trial")  # said in the reasons alone
    kinds = ask(run, "column", table, 1)
    assert set(kinds) == {"PROMOTE_SH"}
    assert status.text == f"{len(kinds)} shown, of {len(kinds)} found, of {total}"
    find(run, "#decisions thead th:nth-child(3) button").click()
    trials = [int(text) for text in ask(run, "column", table, 2)]
    assert trials == sorted(trials)


def test_a_figure_is_enlarged(study):
    dialog = find(study, "dialog")
    assert not dialog.is_displayed()
    find(study, ".zoom").click()
    assert dialog.is_displayed()
    image = dialog.find_element("tag name", "img")
    width = image.size["width"]
    assert width > 1.5 * find(study, ".zoom img").size["width"]
    dialog.find_element("css selector", "[data-do=larger]").click()
    assert image.size["width"] > 1.4 * width
    dialog.find_element("css selector", "[data-do=smaller]").click()
    assert image.size["width"] == pytest.approx(width, abs=1)
    dialog.find_element("css selector", "[data-do=close]").click()
    assert not dialog.is_displayed()


def test_a_data_set_opens_from_its_link(study):
    part = find(study, "#data-set-2")
    assert part.get_attribute("open") is None
    find(study, "a[href='#data-set-2']").click()
    WebDriverWait(study, PATIENCE).until(lambda _: part.get_attribute("open") is not None)  # told by an event
    assert part.find_element("tag name", "img").is_displayed()


def test_print_shows_what_is_folded_away(study):
    closed = "return [...document.querySelectorAll('details')].filter((part) => !part.open).length"
    before = study.execute_script(closed)
    assert before > 2
    study.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert study.execute_script(closed) == 0
    study.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert study.execute_script(closed) == before
    assert len(study.print_page()) > 50_000  # a PDF, in base64
