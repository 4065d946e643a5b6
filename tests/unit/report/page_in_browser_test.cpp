#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "tests/unit/report/browser.hpp"
#include "tests/unit/report/sample_report.hpp"
#include "tools/report/report_json.hpp"
#include "tools/report/report_page.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// Of each plot: its title, its legend, and how many pixels it has that are no grey, as grids and labels are.
constexpr char kPlots[] = R"(
  Promise.all([...document.images].map((image) => image.decode()))
    .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    .then(() => [...document.querySelectorAll('.plot')].map((plot) => {
      let coloured = 0;
      for (const canvas of plot.querySelectorAll('canvas')) {
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
          const [red, green, blue, alpha] = data.slice(i, i + 4);
          if (alpha > 99 && Math.max(red, green, blue) - Math.min(red, green, blue) > 40) ++coloured;
        }
      }
      return {title: plot.querySelector('h4').firstChild.textContent, coloured};
    })))";

class PageInBrowser : public testing::Test {
 protected:
  void SetUp() override {
    const auto program = Browser::find();
    if (!program) GTEST_SKIP() << "there is no Chromium here (Debian package chromium-headless-shell or chromium)";
    browser = std::make_unique<Browser>(*program);
  }

  void show(const ReportData& report, Browser::View view = {}) {
    const std::string file = folder / "report.html";
    std::ofstream(file) << make_page(to_json(report, ReportPictures::kInlined));
    browser->show(file, view);
  }
  std::vector<std::string> titles(const json& plots) {
    std::vector<std::string> titles;
    for (const json& plot : plots) titles.push_back(plot["title"]);
    return titles;
  }

  TemporaryFolder folder;
  std::unique_ptr<Browser> browser;
};

TEST_F(PageInBrowser, DrawsSomethingInEachPlotAndComplainsOfNothing) {
  show(whole_report());
  const json plots = browser->evaluate(kPlots);
  EXPECT_THAT(titles(plots), ElementsAre("Sent", "Delay", "Jitter buffer", "Loss and repair", "Redundancy of sound",
                                         "Pictures shown", "Quality", "Alice said", "Bob heard, 45\u00a0ms later",
                                         "Sent", "Delay", "Jitter buffer", "Loss and repair", "Redundancy of sound",
                                         "Pictures shown", "Quality", "Bob said", "Alice heard, 45\u00a0ms later"));
  for (const json& plot : plots) EXPECT_GT(plot["coloured"], 100) << plot;
  EXPECT_THAT(browser->complaints(), IsEmpty());
}

TEST_F(PageInBrowser, FetchesNothing) {
  show(whole_report());
  EXPECT_THAT(browser->requests(), ElementsAre(StartsWith("file:")));
}

TEST_F(PageInBrowser, FitsAPhone) {
  for (const bool dark : {false, true}) {
    show(whole_report("Bob-with-a-name-that-never-ends-and-has-no-space-in-it"), {390, 800, dark});
    EXPECT_LE(browser->evaluate("document.documentElement.scrollWidth"), 390);
  }
  EXPECT_THAT(browser->complaints(), IsEmpty());
}

TEST_F(PageInBrowser, IsDarkInTheDark) {
  const std::string brightness =
      "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0)";
  show(whole_report(), {.dark = true});
  EXPECT_LT(browser->evaluate(brightness), 150);
  show(whole_report(), {.dark = false});
  EXPECT_GT(browser->evaluate(brightness), 600);
}

TEST_F(PageInBrowser, ShowsTheValuesOfAllPlotsAtTheMomentUnderThePointer) {
  show(whole_report());
  const json box = browser->evaluate(R"(
    (() => {
      const canvas = document.querySelector('.canvas');
      canvas.scrollIntoView({block: 'center'});
      const {left, top, width, height} = canvas.getBoundingClientRect();
      return {x: left + width / 2, y: top + height / 2};
    })())");
  browser->point_at(box["x"], box["y"]);
  const json shown = browser->evaluate(R"(
    [...document.querySelectorAll('.plot')].map((plot) => [...plot.querySelectorAll('.legend b')].map((b) => b.textContent)))");
  ASSERT_EQ(shown.size(), 18u);
  EXPECT_THAT(shown[0], ElementsAre("0.03", "2.00", "0.00", "0.13", "4.00"));
  EXPECT_THAT(shown[11], ElementsAre("25", "30"));
  for (const json& plot : shown) EXPECT_THAT(plot, testing::Each(testing::Ne("")));
}

TEST_F(PageInBrowser, ShowsAHostileNameAsItIsWritten) {
  const std::string name = "<img src=x onerror='document.title=1'></script><script>window.broken=1</script>&amp;";
  show(whole_report(name));
  EXPECT_EQ(browser->evaluate("document.querySelector('h1').textContent"), "Alice calls " + name);
  EXPECT_EQ(browser->evaluate("document.querySelectorAll('img[src=x]').length"), 0);
  EXPECT_EQ(browser->evaluate("typeof window.broken"), "undefined");
  EXPECT_THAT(browser->complaints(), IsEmpty());
  EXPECT_THAT(browser->requests(), ElementsAre(StartsWith("file:")));
}

TEST_F(PageInBrowser, ShowsACallOfWhichOneEndIsKnown) {
  ReportData report = whole_report();
  report.parties[1] = {.name = "Bob"};
  report.checks.clear();
  report.wire.clear();
  ReportDirection& out = report.directions[0];
  out = {.from = "Alice", .to = "Bob", .sender = out.sender, .sound_sent = out.sound_sent};
  ReportDirection& in = report.directions[1];
  in = {.from = "Bob", .to = "Alice", .receiver = in.receiver, .sound_received = in.sound_received};
  show(report);
  const json plots = browser->evaluate(kPlots);
  EXPECT_THAT(titles(plots),
              ElementsAre("Sent", "Delay", "Loss and repair", "Redundancy of sound", "Alice said", "Received",
                          "Jitter buffer", "Loss and repair", "Pictures shown", "Alice heard"));
  EXPECT_THAT(browser->complaints(), IsEmpty());
}

TEST_F(PageInBrowser, ShowsReplaysOfSoundInTheSameWay) {
  json moments = json::object();
  for (int i = 1; i <= 20; ++i) {
    moments["seconds"].push_back(i / 10.0);
    for (const char* const name : {"held_ms", "wanted_ms", "made_up_percent", "stretched_percent", "hurried_percent",
                                   "lost_percent", "recovered", "copies"}) {
      moments[name].push_back(i % 3);
    }
  }
  const json replay = {{"name", "a </script><b>path"},
                       {"what", "of a test"},
                       {"length", 2},
                       {"figures", {{{"what", "mouth to ear"}, {"unit", "ms"}, {"digits", 0}, {"value", 61.2}}}},
                       {"moments", moments},
                       {"transit", {{"seconds", {0, 0.02, 0.04}}, {"ms", {25, nullptr, 26}}}},
                       {"delay", {{"seconds", {0.5, 1}}, {"ms", {61, 62}}}},
                       {"said", nullptr},
                       {"heard", nullptr}};
  const std::string file = folder / "sound.html";
  std::ofstream(file) << make_sound_page({replay, replay});
  browser->show(file, {});
  const json plots = browser->evaluate(kPlots);
  EXPECT_THAT(titles(plots),
              ElementsAre("Delay", "Jitter buffer", "Loss and what was made up", "Stretch", "Redundancy", "Delay",
                          "Jitter buffer", "Loss and what was made up", "Stretch", "Redundancy"));
  for (const json& plot : plots) EXPECT_GT(plot["coloured"], 50) << plot;
  EXPECT_EQ(browser->evaluate("document.querySelector('.tile b').textContent"), "61\u00a0ms");
  EXPECT_THAT(browser->complaints(), IsEmpty());
  EXPECT_THAT(browser->requests(), ElementsAre(StartsWith("file:")));
}

TEST_F(PageInBrowser, ShowsACallThatWasNeverAccepted) {
  ReportData report;
  report.parties = {ReportParty{.name = "Alice", .timeline = CallTimeline()}, ReportParty{.name = "Bob"}};
  report.end = "no answer";
  report.directions = {{.from = "Alice", .to = "Bob"}, {.from = "Bob", .to = "Alice"}};
  show(report);
  EXPECT_EQ(browser->evaluate("document.querySelector('.verdict').textContent"), "They did not talk: no answer");
  EXPECT_EQ(browser->evaluate("document.querySelectorAll('.plot').length"), 0);
  EXPECT_THAT(browser->complaints(), IsEmpty());
}

TEST_F(PageInBrowser, DrawsTheLinkThatWasEmulated) {
  ReportData report = whole_report();
  report.link = "rate=3M; 10s: rate=1M";
  report.link_rates = {{-1, 3000.0}, {10, 1000.0}};
  show(report);
  EXPECT_THAT(browser->evaluate("[...document.querySelector('.legend').children].map((entry) => entry.textContent)"),
              Contains("link"));
  EXPECT_THAT(browser->complaints(), IsEmpty());
}

}  // namespace
}  // namespace sotto::tools
