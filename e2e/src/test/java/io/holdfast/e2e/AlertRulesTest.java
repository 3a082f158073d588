package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules, routes and dashboards by the rules of their programs; whether they are true is seen on a running platform. */
class AlertRulesTest {
    static final Path DEPLOY = Path.of("..", "deploy");
    private static final Path RULES = DEPLOY.resolve("prometheus/rules/holdfast.yml");
    private static final Path RUNBOOKS = Path.of("..", "docs", "runbooks");

    /** Panel types of Grafana 11 without a plugin. */
    private static final Set<String> PANELS =
            Set.of("timeseries", "stat", "table", "bargauge", "gauge", "heatmap", "state-timeline", "text", "row");

    @Test
    void promtoolAcceptsTheRulesAndTheirTestsPass() throws Exception {
        String promtool = DebianProgram.of("prometheus", "promtool").toString();

        assertThat(DebianProgram.run(promtool, "check", "rules", RULES.toString()))
                .contains("SUCCESS");
        assertThat(DebianProgram.run(
                        promtool,
                        "test",
                        "rules",
                        DEPLOY.resolve("prometheus/tests/holdfast_test.yml").toString()))
                .contains("SUCCESS");
        assertThat(DebianProgram.run(
                        promtool,
                        "check",
                        "config",
                        "--syntax-only",
                        DEPLOY.resolve("prometheus/prometheus.yml").toString()))
                .contains("SUCCESS");
    }

    @Test
    void alertmanagerAcceptsItsConfigurationAndRoutesNameAlertsThatExist() throws Exception {
        Path file = DEPLOY.resolve("alertmanager/alertmanager.yml");
        String amtool = DebianProgram.of("prometheus-alertmanager", "amtool").toString();

        assertThat(DebianProgram.run(amtool, "check-config", file.toString())).contains("SUCCESS");
        Set<String> alerts = Set.copyOf(alerts());
        for (String name : found(Files.readString(file), "\\b(Holdfast\\w+)\\b(?!\\()")) {
            assertThat(alerts).as(name).anyMatch(alert -> alert.startsWith(name));
        }
    }

    @Test
    void everyAlertHasASeverityAndARunbookAndEveryRunbookAnAlert() throws Exception {
        String rules = Files.readString(RULES);
        List<String> alerts = alerts();
        List<String> pages = found(rules, "runbook_url: https://holdfast\\.io/docs/runbooks/([a-z-]+)");

        assertThat(found(rules, "labels: \\{ severity: (critical|warning|none)"))
                .hasSameSizeAs(alerts);
        assertThat(pages).hasSameSizeAs(alerts);
        for (int i = 0; i < alerts.size(); i++) {
            assertThat(RUNBOOKS.resolve(pages.get(i) + ".md"))
                    .content()
                    .startsWith("# " + alerts.get(i) + "\n")
                    .contains("## What to do");
        }
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".md", "")))
                    .filteredOn(page -> !page.equals("README"))
                    .allMatch(pages::contains);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fleet", "platform"})
    void aDashboardIsOneThatGrafanaLoads(String name) throws Exception {
        JsonNode dashboard = Rest.JSON.readTree(
                DEPLOY.resolve("grafana/dashboards/" + name + ".json").toFile());

        assertThat(dashboard.path("uid").asText()).isEqualTo("holdfast-" + name);
        assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        Set<Integer> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String title = panel.path("title").asText();
            assertThat(title).isNotBlank();
            assertThat(PANELS).contains(panel.path("type").asText());
            assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(panel.path("targets")).as(title).isNotEmpty();
            occupy(cells, panel.path("gridPos"), title);
        }
    }

    private static void occupy(Set<String> cells, JsonNode place, String title) {
        int left = place.path("x").asInt();
        int right = left + place.path("w").asInt();
        assertThat(right).as(title).isLessThanOrEqualTo(24).isGreaterThan(left);
        for (int x = left; x < right; x++) {
            int top = place.path("y").asInt();
            for (int y = top; y < top + place.path("h").asInt(); y++) {
                assertThat(cells.add(x + "/" + y))
                        .as("%s overlaps another panel", title)
                        .isTrue();
            }
        }
    }

    static List<String> alerts() throws Exception {
        return found(Files.readString(RULES), "- alert: (\\w+)");
    }

    static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(AlertRulesTest::group)
                .toList();
    }

    private static String group(MatchResult match) {
        return match.group(1);
    }
}
