"""The page in a real browser: it fetches nothing; all can be read, sorted, searched, enlarged, printed."""

import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("selenium")

from selenium import webdriver
from selenium.webdriver import ActionChains
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
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(DRIVER))  # both named: nothing is looked up
    started.set_page_load_timeout(PATIENCE)
    folder = {"behavior": "allow", "downloadPath": str(tmp_path_factory.mktemp("downloads"))}
    started.execute_cdp_cmd("Browser.setDownloadBehavior", folder)
    started.downloads = Path(folder["downloadPath"])
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


def chart(browser, selector="#figures"):
    """The first chart of a section, when its curves are unpacked."""
    figure = find(browser, f"{selector} figure[data-title]")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", figure)
    WebDriverWait(browser, PATIENCE).until(lambda _: "live" in figure.get_attribute("class"))
    return figure


def part(figure, selector):
    return figure.find_element("css selector", selector)


def limits(browser, figure):
    scale = browser.execute_script(
        "const { min, max } = arguments[0].chart.plot.scales.x; return [min, max]", figure
    )
    return [float(one) for one in scale]


def downloaded(browser, suffix):
    def there(_):
        return [path for path in browser.downloads.iterdir() if path.suffix == suffix and path.stat().st_size]

    (path,) = WebDriverWait(browser, PATIENCE).until(there)
    content = path.read_bytes()
    path.unlink()
    return path.name, content


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
        assert min(width, height) > 100
        assert shown > 100 or title.startswith("Regret")  # a chart stands in its place


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
    chart(study)
    find(study, ".picture:not(.live) .zoom").click()
    assert dialog.is_displayed()
    image = dialog.find_element("tag name", "img")
    width = image.size["width"]
    assert width > 1.5 * find(study, ".picture:not(.live) .zoom img").size["width"]
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
    chart(study, "#data-set-2")
    assert part.find_element("css selector", ".chart canvas").is_displayed()


def test_print_shows_what_is_folded_away(study):
    closed = "return [...document.querySelectorAll('details')].filter((part) => !part.open).length"
    before = study.execute_script(closed)
    assert before > 2
    study.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert study.execute_script(closed) == 0
    study.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert study.execute_script(closed) == before
    assert len(study.print_page()) > 50_000  # a PDF, in base64


def test_values_are_read_where_one_points(study):
    figure = chart(study)
    values = figure.find_elements("css selector", ".u-series:not(.edge) .u-value")
    over = part(figure, ".u-over")
    ActionChains(study).move_to_element_with_offset(over, over.size["width"] // 2 - 3, 0).perform()
    at, *regrets = [value.text for value in values]
    assert at == "60"
    means = ask(study, "column", "#summary table", 2)[: len(regrets)]
    assert sorted(f"{float(text.split(' ')[0]):.3f}" for text in regrets) == sorted(
        f"{float(one):.3f}" for one in means
    )
    assert all(text.endswith("]") for text in regrets)


def test_a_method_is_hidden_with_its_band_on_both_axes(study):
    figure = chart(study)
    entry = figure.find_elements("css selector", ".u-series:not(.edge) th")[1]
    shown = "return arguments[0].chart.plot.series.slice(1).map((one) => one.show)"
    assert all(study.execute_script(shown, figure))
    entry.click()
    assert study.execute_script(shown, figure) == [False] * 3 + [True] * 6
    assert entry.get_attribute("aria-pressed") == "false"
    epochs, seconds = figure.find_elements("css selector", "[data-axis]")
    assert (epochs.text, seconds.text) == ("epochs", "simulated time")
    seconds.click()
    assert seconds.get_attribute("aria-pressed") == "true"
    assert study.execute_script(shown, figure) == [False] * 3 + [True] * 6
    entry = figure.find_elements("css selector", ".u-series:not(.edge) th")[1]
    entry.send_keys(" ")  # by keyboard, too
    assert all(study.execute_script(shown, figure))


def test_a_chart_is_zoomed_and_shown_whole_again(study):
    figure = chart(study)
    first, last = limits(study, figure)
    part(figure, "[data-chart=in]").click()
    low, high = limits(study, figure)
    assert high - low == pytest.approx((last - first) / 2)
    part(figure, "[data-chart=out]").click()
    assert limits(study, figure) == pytest.approx([first, last])
    over = part(figure, ".u-over")
    pull = ActionChains(study).move_to_element(over).click_and_hold().move_by_offset(80, 0).release()
    pull.perform()
    low, high = limits(study, figure)
    assert first < low < high < last
    part(figure, "[data-chart=whole]").click()
    assert limits(study, figure) == pytest.approx([first, last])


def test_a_chart_is_downloaded(study):
    figure = chart(study)
    part(figure, "[data-chart=csv]").click()
    name, content = downloaded(study, ".csv")
    assert name == "regret-over-the-budget-1-worker-epochs.csv"
    rows = pd.read_csv(io.BytesIO(content))
    assert list(rows.columns) == ["epochs", "method", "mean normalised regret", "low", "high"]
    assert set(rows["method"]) == {"halving, asynchronous", "sh", "random"}
    assert rows["epochs"].max() == 60
    part(figure, "[data-chart=png]").click()
    name, content = downloaded(study, ".png")
    assert name == "regret-over-the-budget-1-worker-epochs.png"
    assert content.startswith(b"\x89PNG")
    assert study.get_log("browser") == []


@pytest.mark.parametrize("width", [390, 1400])
def test_charts_fit_the_window(browser, study_page, width):
    opened(browser, study_page, {**(PHONE if width < 400 else DESK), "width": width})
    figure = chart(browser)
    assert ask(browser, "size")[1] <= width
    assert part(figure, ".u-over").size["width"] > 0.55 * part(figure, ".plot").size["width"]


def test_a_phone_folds_the_rows_of_runs(browser, study_page):
    opened(browser, study_page, {**PHONE, "width": 390})
    scroll = find(browser, "#runs .scroll")
    browser.execute_script("arguments[0].scrollIntoView()", scroll)
    assert browser.execute_script("return arguments[0].scrollWidth <= arguments[0].clientWidth", scroll)
    button = find(browser, "#runs .unfold")
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert "best value" in find(browser, "#runs .unfolded").text
    button.click()
    assert not browser.find_elements("css selector", "#runs .unfolded")


def test_without_scripts_the_pictures_are_there(browser, study_page):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(browser, study_page)
        assert find(browser, "#figures img").is_displayed()
        assert find(browser, "#summary table").is_displayed()
        assert not browser.find_elements("css selector", ".chart")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
